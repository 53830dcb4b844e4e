// What a person judges an action by: who asks and why, what it needs, who has said what.

import type { ComponentChildren } from 'preact';
import type { Gate } from '../../../src/contract/gate.ts';
import { useNames } from '../api/names.ts';
import { Ago } from '../parts/ago.tsx';
import { CopyId } from '../parts/copy.tsx';
import { visible } from '../parts/visible.ts';
import { isOpen, stateOf, votesText } from './gate-words.ts';
import { Voices } from './voices.tsx';

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

/** Where a gate comes from, for people. */
const BECAUSE: Readonly<Record<Gate['source'], string>> = {
  autonomy: 'the autonomy of the task',
  config: 'a gate of the configuration',
  workflow: 'a stage of the workflow',
  report: 'a report of the runner',
  request: 'a request made at work',
  environment: 'the protection of the environment',
  budget: 'a limit of the budget',
};

/** Machines have no names here, people do. */
function asker(id: string, name: string): string {
  if (id.startsWith('agt_')) return 'the agent';
  return id.startsWith('run_') ? 'the runner' : name;
}

interface NamedProps {
  readonly gate: Gate;
  /** What somebody is called, by their id. */
  readonly nameOf: (id: string) => string;
}

/** Who asks for it, for whom, and on whose machine. */
function AskedBy({ gate, nameOf }: NamedProps) {
  const { requester } = gate;
  if (requester === undefined) return <>the task itself</>;
  const { sub, runnerId, runnerOwner, onBehalfOf } = requester;
  const name = (id: string | undefined): string => visible(nameOf(id ?? ''));
  const owner = runnerOwner === undefined ? '' : ` of ${name(runnerOwner)}`;
  return (
    <>
      {asker(sub, name(sub))} <CopyId id={sub} />
      {runnerId === sub && owner}
      {onBehalfOf !== undefined && onBehalfOf !== sub && <>, for {name(onBehalfOf)}</>}
      {runnerId !== undefined && runnerId !== sub && (
        <>
          , on <CopyId id={runnerId} />
          {owner}
        </>
      )}
    </>
  );
}

function needsOf({ gate, nameOf }: NamedProps): string {
  const { policy, approvers } = gate;
  const from = policy?.from ?? approvers ?? [];
  return [
    votesText(gate),
    from.length === 0
      ? 'of whoever may decide gates'
      : `of ${from.map((one) => visible(nameOf(one.replace(/^user:/, '')))).join(', ')}`,
    ...(policy?.preventSelfApproval === true ? ['not of who asks for it'] : []),
    ...((policy?.stepUpSeconds ?? 0) > 0 ? ['with a fresh passkey'] : []),
    ...(policy?.onExpiry === 'escalate' ? ['others are asked when it expires'] : []),
  ].join(', ');
}

function Facts({ gate, nameOf }: NamedProps) {
  const { source, instance, stage, notBefore, expiresAt, requiredAt, respondedAt, approver } = gate;
  const said = gate.comment ?? gate.reason ?? '';
  return (
    <dl class="facts terms">
      <Fact name="State">{stateOf(gate)}</Fact>
      <Fact name="Asked by">
        <AskedBy gate={gate} nameOf={nameOf} />
      </Fact>
      <Fact name="Because of">
        {BECAUSE[source]}
        {stage === undefined ? '' : `, stage ${visible(stage)}`}
        {instance > 1 && `, round ${instance}`}
      </Fact>
      <Fact name="Needs">{needsOf({ gate, nameOf })}</Fact>
      <Fact name="Asked">
        <Ago at={gate.reachedAt ?? requiredAt} suffix=" ago" />
      </Fact>
      {notBefore !== undefined && (
        <Fact name="Not before">
          <Ago at={notBefore} suffix=" ago" />
        </Fact>
      )}
      {isOpen(gate) && (
        <Fact name="Expires">
          {expiresAt === undefined ? 'never' : <Ago at={expiresAt} suffix=" ago" />}
        </Fact>
      )}
      {respondedAt !== undefined && (
        <Fact name="Decided">
          {stateOf(gate)}
          {approver !== undefined && ` by ${visible(approver)}`}{' '}
          <Ago at={respondedAt} suffix=" ago" />
          {said !== '' && `: “${visible(said)}”`}
        </Fact>
      )}
    </dl>
  );
}

/** The facts of a gate, and every voice so far. */
export function GateFacts({ gate }: { readonly gate: Gate }) {
  const nameOf = useNames(gate.context?.projectId);
  return (
    <>
      <Facts gate={gate} nameOf={nameOf} />
      <Voices gate={gate} nameOf={nameOf} />
    </>
  );
}
