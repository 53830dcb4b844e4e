// The list of gates: a row a gate, each a link to what it asks.

import type { InboxGate } from '../../../../src/contract/inbox.ts';
import { actionWords } from '../../gates/action-words.ts';
import { GateStatus } from '../../gates/gate-status.tsx';
import { isOpen, votesText } from '../../gates/gate-words.ts';
import { Said } from '../../gates/words.tsx';
import { Ago } from '../../parts/ago.tsx';
import { plain } from '../../parts/plain.ts';
import { titleOf } from '../../parts/title.ts';
import { place } from '../../routing/place.ts';

interface ListProps {
  readonly gates: readonly InboxGate[];
  readonly openId: string;
  /** Absent where nothing can be done to several at once. */
  readonly chosen?: ReadonlySet<string>;
  readonly choose?: (id: string) => void;
}

/** The address of the inbox with this gate open. */
export function hrefOf(id: string): string {
  const url = new URL(place.value);
  url.searchParams.set('gate', id);
  return `${url.pathname}${url.search}`;
}

/** The address of the list itself. */
export function hrefWithout(): string {
  const url = new URL(place.value);
  url.searchParams.delete('gate');
  return `${url.pathname}${url.search}`;
}

export function GateList({ gates, openId, chosen, choose }: ListProps) {
  return (
    <ul class="gates">
      {gates.map((gate) => (
        <li key={gate.id} class="row">
          {chosen !== undefined && choose !== undefined && (
            <input
              type="checkbox"
              aria-label={`Select ${gate.name} of ${titleOf(gate.task)}`}
              checked={chosen.has(gate.id)}
              onChange={() => choose(gate.id)}
            />
          )}
          <a
            class="card"
            href={hrefOf(gate.id)}
            data-gate={gate.id}
            aria-current={gate.id === openId ? 'true' : undefined}
          >
            <GateCard gate={gate} />
          </a>
        </li>
      ))}
    </ul>
  );
}

const GateCard = ({ gate }: { readonly gate: InboxGate }) => (
  <>
    <span class="row">
      <b>{plain(gate.name)}</b>
      <span class="push small muted">
        {!isOpen(gate) ? (
          <GateStatus gate={gate} />
        ) : gate.expiresAt === undefined ? (
          'no expiry'
        ) : (
          <>
            expires <Ago at={gate.expiresAt} suffix=" ago" />
          </>
        )}
      </span>
    </span>
    <span>{titleOf(gate.task)}</span>
    <span class="small muted">
      <Said words={actionWords(gate.action)} /> · {votesText(gate)}
      {gate.myVote !== null && ' · you have voted'}
      {!gate.canDecide && gate.why === 'self_approval' && ' · your own'}
    </span>
  </>
);
