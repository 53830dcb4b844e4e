// What can be done to all gates that are selected.

import { useRef } from 'preact/hooks';
import type { InboxGate } from '../../../../src/contract/inbox.ts';
import { DECISIONS, type Decision } from '../../gates/gate-words.ts';
import { count } from '../../parts/number.ts';
import { useKeys } from '../../shell/keys.ts';
import { showOver } from '../../shell/over.ts';
import { say } from '../../shell/toast.tsx';

interface BarProps {
  readonly gates: readonly InboxGate[];
  readonly clear: () => void;
}

export function BulkBar({ gates, clear }: BarProps) {
  // A key may be faster than the frame in which it learns of the last gate that was selected.
  const latest = useRef(gates);
  latest.current = gates;
  const open = (decision: Decision): void => {
    import('./bulk-sheet.tsx')
      .then(({ BulkSheet }) =>
        showOver(({ close }) => (
          <BulkSheet gates={latest.current} decision={decision} close={close} done={clear} />
        )),
      )
      .catch(() => say('The sheet could not be loaded. Load the page again.', true));
  };
  useKeys(
    DECISIONS.map((one) => ({
      key: one.key,
      does: `${one.name}: open the sheet of all that are selected`,
      run: () => open(one.decision),
    })),
    [],
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
    </section>
  );
}
