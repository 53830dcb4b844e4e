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
