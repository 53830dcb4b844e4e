// The signed proof of what was decided at a gate.

import type { Gate } from '../../../src/contract/gate.ts';
import type { ReceiptList } from '../../../src/contract/receipt.ts';
import { useReading } from '../api/read.ts';
import { copy } from '../parts/copy.tsx';
import { pathOf } from './deciding.ts';
import { isOpen } from './gate-words.ts';
import { receiptOf } from './receipt.ts';

/** The receipts of a gate, each to be copied whole. */
export function Receipts({ gate }: { readonly gate: Gate }) {
  const { value } = useReading<ReceiptList>(isOpen(gate) ? null : `${pathOf(gate)}/receipts`);
  const all = value.value?.receipts ?? [];
  if (all.length === 0) return null;
  return (
    <section>
      <h2>Receipts</h2>
      <ul class="voices small">
        {all.map((jws) => {
          const { id, kind, decision, seq } = receiptOf(jws);
          return (
            <li key={jws}>
              {kind} · {decision} · event {seq} · <code>{id}</code>{' '}
              <button type="button" class="plain" onClick={() => void copy(jws, 'The receipt')}>
                Copy
              </button>
            </li>
          );
        })}
      </ul>
      <p class="small muted">
        Signed when it was decided.{' '}
        <a href={`/console/audit?tab=verify&task=${gate.taskId}`}>Check them against the log</a>.
      </p>
    </section>
  );
}
