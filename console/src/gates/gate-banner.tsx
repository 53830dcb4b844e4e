// What a waiting gate asks, in one line, and the buttons that open the sheet on which it is decided.

import { useSignal } from '@preact/signals';
import type { FunctionComponent } from 'preact';
import type { Gate } from '../../../src/contract/gate.ts';
import { waiting } from '../live/waiting.ts';
import { Ago } from '../parts/ago.tsx';
import { plain } from '../parts/plain.ts';
import { useKeys } from '../shell/keys.ts';
import { actionWords } from './action-words.ts';
import type { SheetProps } from './decision-sheet.tsx';
import { DECISIONS, type Decision, isMendable, isOpen, votesText, whyText } from './gate-words.ts';
import { Said } from './words.tsx';

interface BannerProps {
  readonly gate: Gate;
  readonly task: { readonly id: string; readonly projectId: string };
}

/** A gate on the page of its task. No key decides it: `A`, `R` and `E` open the sheet. */
export function GateBanner({ gate, task }: BannerProps) {
  const Sheet = useSignal<FunctionComponent<SheetProps> | null>(null);
  const chosen = useSignal<Decision | null>(null);
  const why = waiting.value?.find(({ id }) => id === gate.id)?.why ?? null;
  const mayDecide = isOpen(gate) && isMendable(why);
  const open = (decision: Decision | null): void => {
    chosen.value = decision;
    void import('./decision-sheet.tsx').then(({ DecisionSheet }) => {
      Sheet.value = DecisionSheet;
    });
  };
  useKeys(
    mayDecide
      ? DECISIONS.map(({ decision, name, key }) => ({
          key,
          does: `${name}: open the sheet of gate ${gate.name}`,
          run: () => open(decision),
        }))
      : [],
    [gate.id, mayDecide],
  );
  const Opened = Sheet.value;
  return (
    <section class="panel row gate" aria-label={`Gate ${gate.name}`}>
      <GateLine gate={gate} why={why} />
      <div class="row push">
        <button type="button" class="plain" onClick={() => open(null)}>
          Look closer
        </button>
        {mayDecide &&
          DECISIONS.map(({ decision, name, key }) => (
            <button key={decision} type="button" onClick={() => open(decision)}>
              {name} <kbd>{key.toUpperCase()}</kbd>
            </button>
          ))}
      </div>
      {Opened !== null && (
        <Opened
          gate={gate}
          task={task}
          why={why}
          decision={chosen.value}
          close={() => {
            Sheet.value = null;
          }}
        />
      )}
    </section>
  );
}

function GateLine({ gate, why }: { readonly gate: Gate; readonly why: string | null }) {
  const { name, action, expiresAt, reachedAt } = gate;
  return (
    <div>
      <h2>{plain(name)}</h2>
      <p class="muted">
        <Said words={actionWords(action)} /> · {votesText(gate)}
        {reachedAt !== undefined && (
          <>
            {' '}
            · asked <Ago at={reachedAt} suffix=" ago" />
          </>
        )}
        {expiresAt !== undefined && (
          <>
            {' '}
            · expires <Ago at={expiresAt} />
          </>
        )}
      </p>
      {why !== null && <p class="wait">{whyText(why)}</p>}
    </div>
  );
}
