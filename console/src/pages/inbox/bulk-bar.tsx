// What can be done to all gates that are selected.

import { useSignal } from '@preact/signals';
import type { InboxGate } from '../../../../src/contract/inbox.ts';
import { DECISIONS, type Decision } from '../../gates/gate-words.ts';
import { useLoaded } from '../../parts/loaded.ts';
import { count } from '../../parts/number.ts';
import { useKeys } from '../../shell/keys.ts';

interface BarProps {
  readonly gates: readonly InboxGate[];
  readonly clear: () => void;
}

const loadSheet = () => import('./bulk-sheet.tsx').then(({ BulkSheet }) => BulkSheet);

export function BulkBar({ gates, clear }: BarProps) {
  const decision = useSignal<Decision | null>(null);
  const Sheet = useLoaded(loadSheet, decision.value !== null);
  const open = (chosen: Decision): void => {
    decision.value = chosen;
  };
  useKeys(
    DECISIONS.map((one) => ({
      key: one.key,
      does: `${one.name}: open the sheet of all that are selected`,
      run: () => open(one.decision),
    })),
    [gates.map(({ id }) => id).join()],
  );
  return (
    <section class="panel row" aria-label="Selected gates">
      <b>{count(gates.length)} selected</b>
      {DECISIONS.map(({ decision: one, name, key }) => (
        <button key={one} type="button" onClick={() => open(one)}>
          {name} <kbd>{key.toUpperCase()}</kbd>
        </button>
      ))}
      <button type="button" class="plain" onClick={clear}>
        Select none
      </button>
      {Sheet !== null && decision.value !== null && (
        <Sheet
          gates={gates}
          decision={decision.value}
          close={() => {
            decision.value = null;
          }}
          done={clear}
        />
      )}
    </section>
  );
}
