// Every voice at a gate, and what was handed on.

import type { Gate } from '../../../src/contract/gate.ts';
import { Ago } from '../parts/ago.tsx';
import { plain } from '../parts/plain.ts';
import { Status } from '../parts/status.tsx';

const SAID: Readonly<Record<string, string>> = {
  approve: 'approved',
  reject: 'rejected',
  'request-changes': 'changes-requested',
};

interface VoicesProps {
  readonly gate: Gate;
  /** What somebody is called, by their id. */
  readonly nameOf: (id: string) => string;
}

/** Who has said what, in the order in which it was said. */
export function Voices({ gate, nameOf }: VoicesProps) {
  const { votes = [], delegations = [] } = gate;
  if (votes.length + delegations.length === 0) return null;
  return (
    <ul class="voices small">
      {votes.map(
        ({ approver, approverId, decision = 'approve', comment, at, via, delegatedBy }) => (
          <li key={`${approverId}${at}`}>
            <Status status={SAID[decision] ?? decision} /> by {plain(approver)}
            {delegatedBy != null && `, for ${plain(nameOf(delegatedBy))}`},{' '}
            <Ago at={at} suffix=" ago" />
            {via !== undefined && `, by ${via}`}
            {comment !== undefined && comment !== '' && <>: “{plain(comment)}”</>}
          </li>
        ),
      )}
      {delegations.map(({ from, to, at, reason }) => (
        <li key={`${from}${to}${at}`}>
          {plain(nameOf(from))} has handed it to {plain(nameOf(to))}, <Ago at={at} suffix=" ago" />
          {reason !== undefined && <>: “{plain(reason)}”</>}
        </li>
      ))}
    </ul>
  );
}
