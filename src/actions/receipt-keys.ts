import type { LookupEnv } from '../auth/lookup.ts';
import { publishedReceiptKeys } from '../auth/receipt-keys.ts';
import { ReceiptKeys } from '../contract/receipt-keys.ts';

/** The keys by which anybody can check receipts, those of long ago too. */
export async function readReceiptKeys(env: LookupEnv, now: number): Promise<ReceiptKeys> {
  return ReceiptKeys.parse({ keys: await publishedReceiptKeys(env, now) });
}
