import type { GatePolicy, PolicyTerms } from '../contract/gate-policy.ts';
import { chosenFrom, mergePolicies, REQUEST_POLICY, wholePolicy } from './gate-policy.ts';
import type { TaskState } from './task.ts';

interface Request {
  readonly name: string;
  readonly instance: number;
  readonly asked: PolicyTerms;
}

/**
 * What a request asks of people: what the config says of its name, as strict as the environment is, and tighter where
 * who asks wants it so. From the second instance on a decision names what it saw, for the action has changed before.
 */
export function requestPolicy({ plan }: TaskState, { name, instance, asked }: Request): GatePolicy {
  const configured = plan.toolGates?.find((gate) => gate.name === name);
  const own = wholePolicy(configured ?? {}, REQUEST_POLICY);
  const place = plan.gates.find(({ source }) => source === 'environment')?.policy;
  const base = place === undefined ? own : mergePolicies(own, { ...own, ...strictness(place) });
  // Nobody has said how it is to be, so who asks may leave the wording of the action to people.
  const isOwn = configured === undefined && place === undefined;
  const allowEdit = isOwn
    ? (asked.allowEdit ?? false)
    : base.allowEdit && asked.allowEdit !== false;
  const from = chosenFrom(base.from, asked.from ?? null);
  const policy = { ...mergePolicies(base, wholePolicy({ policy: asked }, base)), from, allowEdit };
  return instance > 1 ? { ...policy, requireActionHash: true } : policy;
}

/** How sure of themselves the approvers of a protected environment have to be, whatever is asked. */
const strictness = ({
  requireActionHash = true,
  stepUpSeconds = 300,
  preventSelfApproval = true,
}: PolicyTerms) => ({ requireActionHash, stepUpSeconds, preventSelfApproval });
