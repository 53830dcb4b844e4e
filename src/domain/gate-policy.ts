// What a gate asks for: where it says nothing, and where two say it at once.

import {
  APPROVAL_SECONDS_MAX,
  type ApprovalPolicy,
  approvingRoles,
  EXPIRES_IN_SECONDS,
} from '../contract/approval.ts';
import type { Gate } from '../contract/gate.ts';
import type { GatePolicy, PolicyTerms, ToldPolicy } from '../contract/gate-policy.ts';
import { ROLES, rankOf } from '../contract/principal.ts';
import { present } from './present.ts';

const DAY_S = 86_400;

/** Of a gate at a stage, a commit or a merge. */
export const STAGE_POLICY: GatePolicy = {
  required: 1,
  from: null,
  preventSelfApproval: null,
  waitSeconds: 0,
  expiresInSeconds: EXPIRES_IN_SECONDS,
  onExpiry: 'reject',
  escalateTo: [],
  allowEdit: false,
  requireActionHash: false,
  stepUpSeconds: 0,
  consumeWithinSeconds: DAY_S,
};

/** Of a gate that a lease holder or its agent asks for in the midst of its work. */
export const REQUEST_POLICY: GatePolicy = {
  ...STAGE_POLICY,
  expiresInSeconds: DAY_S,
  consumeWithinSeconds: 600,
};

const STEP_UP_S = 300;

/** Of a protected environment: what its approval says, and nobody approves their own unless that allows it. */
export const protectedPolicy = (approval: ApprovalPolicy): GatePolicy => ({
  ...STAGE_POLICY,
  ...approval,
  preventSelfApproval: approval.preventSelfApproval ?? true,
  requireActionHash: true,
  stepUpSeconds: STEP_UP_S,
});

type From = GatePolicy['from'];

const leastRole = (entry: string) => ROLES.find((role) => entry === `role:${role}`);

/** The entry of the two that lets in fewer, where one lets in all that the other does. */
function narrower(a: string, b: string): string | undefined {
  if (a === b) return a;
  const [left, right] = [leastRole(a), leastRole(b)];
  if (left === undefined || right === undefined) return undefined;
  return rankOf(left) > rankOf(right) ? a : b;
}

/** People by name are fewer than a role, a higher role is fewer than a lower one. */
const breadth = (from: readonly string[]): number =>
  Math.max(
    ...from.map((entry) => {
      const role = leastRole(entry);
      return role === undefined ? 0 : ROLES.length - rankOf(role);
    }),
  );

const shared = (a: readonly string[], b: readonly string[]): readonly string[] => [
  ...new Set(a.flatMap((one) => b.flatMap((other) => narrower(one, other) ?? []))),
];

/** Who is asked by both; where that is nobody, whom the stricter one asks. */
function both(a: From, b: From): From {
  if (a === null || b === null) return a ?? b;
  const common = shared(a, b);
  if (common.length > 0) return [...common];
  return breadth(b) < breadth(a) || (breadth(a) === breadth(b) && b.length < a.length) ? b : a;
}

/** Whoever may decide gates at all. */
const isAnybody = (from: From): boolean =>
  approvingRoles(from).length === approvingRoles(null).length;

/** Those of `base` whom `asked` names as well: who asks chooses among them, and brings in nobody else. */
export function chosenFrom(base: From, asked: From): GatePolicy['from'] {
  if (asked === null || asked.length === 0) return base;
  if (base === null || isAnybody(base)) return [...asked];
  const common = shared(base, asked);
  return common.length === 0 ? base : [...common];
}

/** True bans, null bans where somebody else could approve, false does not. */
function banned(a: boolean | null, b: boolean | null): boolean | null {
  if (a === true || b === true) return true;
  return a === null || b === null ? null : false;
}

/** 0 asks for no sign-in at all. */
const soonest = (a: number, b: number): number => (a === 0 || b === 0 ? a + b : Math.min(a, b));

/** One policy as strict as both, member by member. */
export function mergePolicies(a: GatePolicy, b: GatePolicy): GatePolicy {
  const escalates = a.onExpiry === 'escalate' && b.onExpiry === 'escalate';
  return {
    required: Math.max(a.required, b.required),
    from: both(a.from, b.from),
    preventSelfApproval: banned(a.preventSelfApproval, b.preventSelfApproval),
    waitSeconds: Math.max(a.waitSeconds, b.waitSeconds),
    expiresInSeconds: Math.min(a.expiresInSeconds, b.expiresInSeconds),
    // Asking others too is one chance more.
    onExpiry: escalates ? 'escalate' : 'reject',
    escalateTo: escalates ? a.escalateTo.filter((entry) => b.escalateTo.includes(entry)) : [],
    allowEdit: a.allowEdit && b.allowEdit,
    requireActionHash: a.requireActionHash || b.requireActionHash,
    stepUpSeconds: soonest(a.stepUpSeconds, b.stepUpSeconds),
    consumeWithinSeconds: Math.min(a.consumeWithinSeconds, b.consumeWithinSeconds),
  };
}

/** What a source of gates says of one beside its place; what it leaves out is as usual. */
export interface GateTerms {
  readonly approvers?: readonly string[] | undefined;
  readonly quorum?: number | undefined;
  readonly timeoutMinutes?: number | undefined;
  readonly policy?: PolicyTerms | undefined;
}

/** The whole policy that these terms come to. */
export function wholePolicy(terms: GateTerms, usual: GatePolicy = STAGE_POLICY): GatePolicy {
  const { approvers = [], quorum, timeoutMinutes, policy = {} } = terms;
  const expiresInSeconds = policy.expiresInSeconds ?? usual.expiresInSeconds;
  const timeout = timeoutMinutes === undefined ? Infinity : timeoutMinutes * 60;
  const said = timeoutMinutes === undefined || policy.expiresInSeconds !== undefined;
  return {
    ...usual,
    ...present(policy),
    ...(approvers.length === 0 ? {} : { from: [...approvers] }),
    ...(quorum === undefined ? {} : { required: quorum }),
    expiresInSeconds: Math.min(said ? expiresInSeconds : timeout, timeout, APPROVAL_SECONDS_MAX),
  };
}

/** The policy of an instance: as it was fixed when it opened; of an old log, what its terms come to. */
export function policyOf(gate: Gate): GatePolicy {
  const { policy, approvers, quorum, timeoutMinutes } = gate;
  if (policy === undefined) return wholePolicy({ approvers, quorum, timeoutMinutes });
  return {
    ...policy,
    from: policy.from ?? null,
    preventSelfApproval: policy.preventSelfApproval ?? null,
  };
}

/** The policy as it stands in records and events. */
export function toldPolicy({ from, preventSelfApproval, ...policy }: GatePolicy): ToldPolicy {
  return {
    ...policy,
    ...(from === null ? {} : { from }),
    ...(preventSelfApproval === null ? {} : { preventSelfApproval }),
  };
}
