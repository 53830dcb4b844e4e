import type { Result } from '../contract/error.ts';
import type { ReceiptList } from '../contract/receipt.ts';
import type { Ask } from './ask.ts';
import { targetDoor } from './target.ts';

/** The receipts of a gate: of the newest instance of this name, or of the one with this id. */
export async function listReceipts(
  ask: Ask,
  id: string,
  gate: string,
): Promise<Result<ReceiptList>> {
  const target = await targetDoor(ask, id, 'receipts');
  return target.ok ? target.value.ofGate(ask.actor, gate) : target;
}

/** The receipt of what was just decided; absent while it cannot be signed, or where no quorum is reached yet. */
export async function newestReceipt(
  ask: Ask,
  id: string,
  wanted: { readonly gate: string; readonly isSentBack: boolean },
): Promise<{ readonly receipt?: string }> {
  const target = await targetDoor(ask, id, 'receipts');
  if (!target.ok) return {};
  const found = await target.value.newest(ask.actor, wanted.gate, wanted.isSentBack);
  return found.ok && found.value.receipt !== null ? { receipt: found.value.receipt } : {};
}
