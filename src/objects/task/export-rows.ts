// Pages of the log as an export shows it.

import type { BundleBlock } from '../../contract/bundle.ts';
import { chainStart } from '../../domain/blocks.ts';

const PAGE_ROWS = 1_000;
const PAGE_CHARS = 2_000_000;

type Row = Omit<BundleBlock, 'k' | 'prev'> & Record<string, SqlStorageValue>;

/** The hash of the block that ends at an event; before the first, where the chain begins. */
export function hashAt(sql: SqlStorage, taskId: string, last: number): string {
  if (last === 0) return chainStart(taskId);
  return sql.exec<{ hash: string }>('SELECT hash FROM blocks WHERE last = ?', last).one().hash;
}

/** The blocks after one that ends at `after`, to the one that ends at `to`: as many as cross in one piece. */
export function blocksFrom(
  sql: SqlStorage,
  taskId: string,
  { after, to }: { readonly after: number; readonly to: number },
): readonly BundleBlock[] {
  let prev = hashAt(sql, taskId, after);
  let chars = 0;
  const page: BundleBlock[] = [];
  const rows = sql.exec<Row>(
    `SELECT first, last, at, kind, epoch, producer, body_hash AS bodyHash, hash, body FROM blocks
     WHERE last > ? AND last <= ? ORDER BY last LIMIT ?`,
    after,
    to,
    PAGE_ROWS,
  );
  for (const { first, last, at, kind, epoch, producer, bodyHash, hash, body } of rows) {
    page.push({ k: 'block', first, last, at, kind, epoch, producer, prev, bodyHash, hash, body });
    prev = hash;
    chars += body?.length ?? 0;
    if (chars > PAGE_CHARS) break;
  }
  return page;
}

/** Up to which event bodies are gone, of those up to `to`; 0: none. */
export function prunedTo(sql: SqlStorage, to: number): number {
  const [row] = sql
    .exec<{ last: number }>(
      'SELECT last FROM blocks WHERE body IS NULL AND last <= ? ORDER BY last DESC LIMIT 1',
      to,
    )
    .toArray();
  return row?.last ?? 0;
}
