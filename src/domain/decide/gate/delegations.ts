import type { Gate, GateDelegation } from '../../../contract/gate.ts';

type Delegated = Pick<Gate, 'delegations'>;

/** Whether its term, if it has one, is not over. */
export const isAlive = ({ expiresAt }: GateDelegation, nowMs: number): boolean =>
  expiresAt === undefined || Date.parse(expiresAt) > nowMs;

/** How this person was handed another's say that they still have. */
export const handedTo = ({ delegations = [] }: Delegated, id: string, nowMs: number) =>
  delegations.find((one) => one.to === id && isAlive(one, nowMs));

/** How this person has handed their own say on; until it comes back they have none. */
export const handedOnBy = ({ delegations = [] }: Delegated, id: string, nowMs: number) =>
  delegations.find((one) => one.from === id && isAlive(one, nowMs));

/** Those through whose hands the say has come to this person, the last first. */
export function chainTo(delegations: readonly GateDelegation[], id: string): readonly string[] {
  const from = delegations.find(({ to }) => to === id)?.from;
  const others = delegations.filter(({ to }) => to !== id);
  return from === undefined ? [] : [from, ...chainTo(others, from)];
}

/** Those to whom this person's say has gone, the first to get it first. */
export function chainFrom(delegations: readonly GateDelegation[], id: string): readonly string[] {
  const to = delegations.find(({ from }) => from === id)?.to;
  const others = delegations.filter(({ from }) => from !== id);
  return to === undefined ? [] : [to, ...chainFrom(others, to)];
}

/** Through how many hands the say has come to this person, by the longest of all ways. */
export function handsTo(delegations: readonly GateDelegation[], id: string): number {
  const others = delegations.filter(({ to }) => to !== id);
  const ways = delegations.filter(({ to }) => to === id);
  return Math.max(0, ...ways.map(({ from }) => 1 + handsTo(others, from)));
}
