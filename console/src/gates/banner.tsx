// What a waiting gate asks, in one line, and the buttons that open the sheet on which it is decided.

import type { Gate } from '../../../src/contract/gate.ts';
import { me } from '../api/session.ts';
import { waiting } from '../live/waiting.ts';
import { Ago } from '../parts/ago.tsx';
import { plain } from '../parts/plain.ts';
import { useKeys } from '../shell/keys.ts';
import { actionWords } from './action-words.ts';
import { DECISIONS, type Decision, isMendable, isOpen, votesText, whyText } from './gate-words.ts';
import { hasApproved } from './has-approved.ts';
import { MoreButton } from './more-button.tsx';
import { openSheet } from './open-sheet.tsx';
import { Said } from './words.tsx';

interface BannerProps {
  readonly gate: Gate;
  readonly task: { readonly id: string; readonly projectId: string };
  /** What is known of the reader's own say; else it is looked up in what waits. */
  readonly judged?: { readonly why: string | null };
  /** False: the keys belong to something else now, such as gates that are selected. */
  readonly hasKeys?: boolean;
  /** Called once the reader has decided. */
  readonly done?: () => void;
}

/** A gate on the page of its task. No key decides it: `A`, `R` and `E` open the sheet. */
export function Banner({ gate, task, judged, hasKeys = true, done }: BannerProps) {
  const why = (judged ?? waiting.value?.find(({ id }) => id === gate.id))?.why ?? null;
  const mayDecide = isOpen(gate) && isMendable(why);
  const isApproved = hasApproved(gate, me.value);
  const decisions = mayDecide
    ? DECISIONS.filter(({ decision }) => decision !== 'approve' || !isApproved)
    : [];
  const open = (decision: Decision | null): void => openSheet({ gate, task, why, decision, done });
  useKeys(
    hasKeys
      ? decisions.map(({ decision, name, key }) => ({
          key,
          does: `${name}: open the sheet of gate ${plain(gate.name)}`,
          run: () => open(decision),
        }))
      : [],
    // The sheet shows the gate with the votes of now.
    [gate, why, decisions.length, hasKeys],
  );
  return (
    <section class="panel row gate" aria-label={`Gate ${plain(gate.name)}`}>
      <GateLine gate={gate} why={why} isApproved={isApproved} />
      <div class="row push">
        {judged === undefined && (
          <button type="button" class="plain" onClick={() => open(null)}>
            Look closer
          </button>
        )}
        <MoreButton gate={gate} task={task} done={done} />
        {decisions.map(({ decision, name, key }) => (
          <button key={decision} type="button" onClick={() => open(decision)}>
            {name} <kbd>{key.toUpperCase()}</kbd>
          </button>
        ))}
      </div>
    </section>
  );
}

interface LineProps {
  readonly gate: Gate;
  readonly why: string | null;
  readonly isApproved: boolean;
}

function GateLine({ gate, why, isApproved }: LineProps) {
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
      {isApproved && <p>You have approved it.</p>}
    </div>
  );
}
