// What a person judges an action by: who asks and why, what it needs, who has said what.

import type { ComponentChildren } from 'preact';
import type { Gate } from '../../../src/contract/gate.ts';
import { Ago } from '../parts/ago.tsx';
import { visible } from './canonical.ts';
import { stateOf, votesText } from './gate-words.ts';

const Fact = ({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ComponentChildren;
}) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

/** Who asks for it, for whom, and on whose machine. */
function askedBy({ requester }: Gate): string {
  if (requester === undefined) return 'the task itself';
  const { sub, runnerId, runnerOwner, onBehalfOf } = requester;
  return [
    sub,
    ...(onBehalfOf === undefined ? [] : [`for ${onBehalfOf}`]),
    ...(runnerId === undefined ? [] : [`on ${runnerId}`]),
    ...(runnerOwner === undefined ? [] : [`of ${runnerOwner}`]),
  ].join(' ');
}

function needsOf(gate: Gate): string {
  const { policy, approvers } = gate;
  const from = policy?.from ?? approvers ?? [];
  return [
    votesText(gate),
    from.length === 0 ? 'of whoever may decide gates' : `of ${from.map(visible).join(', ')}`,
    ...(policy?.preventSelfApproval === true ? ['not of who asks for it'] : []),
    ...((policy?.stepUpSeconds ?? 0) > 0 ? ['with a fresh passkey'] : []),
    ...(policy?.onExpiry === 'escalate' ? ['others are asked when it expires'] : []),
  ].join(', ');
}

/** The facts of a gate, and every voice so far. */
export function GateFacts({ gate }: { readonly gate: Gate }) {
  const { source, instance, stage, notBefore, expiresAt, requiredAt, comment, reason } = gate;
  return (
    <dl class="facts">
      <Fact name="State">{stateOf(gate)}</Fact>
      <Fact name="Asked by">{visible(askedBy(gate))}</Fact>
      <Fact name="Because of">
        {source}
        {stage === undefined ? '' : `, stage ${visible(stage)}`}
        {instance > 1 && `, round ${instance}`}
      </Fact>
      <Fact name="Needs">{needsOf(gate)}</Fact>
      <Fact name="Asked">
        <Ago at={gate.reachedAt ?? requiredAt} suffix=" ago" />
      </Fact>
      {notBefore !== undefined && (
        <Fact name="Not before">
          <Ago at={notBefore} suffix=" ago" />
        </Fact>
      )}
      <Fact name="Expires">
        {expiresAt === undefined ? 'never' : <Ago at={expiresAt} suffix=" ago" />}
      </Fact>
      {(comment ?? reason) !== undefined && (
        <Fact name="Said">{visible(comment ?? reason ?? '')}</Fact>
      )}
    </dl>
  );
}
