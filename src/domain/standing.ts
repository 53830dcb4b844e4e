// Standing approvals: what each is for, and how long, how often and for how much it holds.

import { ok, type Result, refuse } from '../contract/error.ts';
import type { AskedAction } from '../contract/gate-action.ts';
import type { Standing, StandingMatch } from '../contract/standing.ts';
import { canonicalJson } from './canonical-json.ts';

/** A standing approval as its project keeps it. */
export interface KeptStanding extends Omit<Standing, 'costUsd'> {
  /** What each task had spent at its first use, and at its latest, in micro-dollars. */
  readonly spent: Readonly<Record<string, { readonly from: number; readonly to: number }>>;
}

/** Who uses one, and what their task has spent so far, in micro-dollars. */
export interface StandingUse {
  readonly taskId: string;
  readonly spentMicros: number;
  readonly now: number;
}

const ANY = '*';
const isText = (wanted: string, found: string): boolean => wanted === ANY || wanted === found;

/** `*` is one whole argument; as the last one it is the rest, however many. */
function isArgv(wanted: readonly string[], found: readonly string[]): boolean {
  const takesRest = wanted.at(-1) === ANY;
  const fixed = takesRest ? wanted.slice(0, -1) : wanted;
  if (takesRest ? found.length < fixed.length : found.length !== fixed.length) return false;
  return fixed.every((argument, index) => isText(argument, found[index] ?? ''));
}

/** The same members and no others, each equal or anything at all. */
function hasMembers(
  wanted: Readonly<Record<string, unknown>>,
  found: Readonly<Record<string, unknown>>,
): boolean {
  const names = Object.keys(wanted);
  return (
    names.length === Object.keys(found).length &&
    names.every(
      (name) =>
        Object.hasOwn(found, name) &&
        (wanted[name] === ANY || canonicalJson(wanted[name]) === canonicalJson(found[name])),
    )
  );
}

const isPlace = (wanted: string | undefined, found: string | undefined): boolean =>
  wanted === undefined || wanted === found;

/** Whether an action is of the form that was agreed to. One with artifacts never is: nobody has seen them. */
export function matchesAction(match: StandingMatch, action: AskedAction): boolean {
  if ((action.artifacts ?? []).length > 0) return false;
  if (match.type === 'shell.exec' && action.type === 'shell.exec') {
    return isPlace(match.cwd, action.params.cwd) && isArgv(match.argv, action.params.argv);
  }
  if (match.type === 'tool.call' && action.type === 'tool.call') {
    const { input, cwd } = action.params;
    const isIt = match.tool === action.target.tool && isPlace(match.cwd, cwd);
    return isIt && hasMembers(match.input, input);
  }
  if (match.type === 'git.push' && action.type === 'git.push') {
    const { remote, branch } = action.target;
    if (action.params.force === true) return false;
    return isText(match.remote, remote) && isText(match.branch, branch);
  }
  if (match.type === 'custom' && action.type === 'custom') {
    return match.name === action.target.name && hasMembers(match.data, action.params.data);
  }
  return false;
}

const costMicrosOf = ({ spent }: Pick<KeptStanding, 'spent'>): number =>
  Object.values(spent).reduce((sum, { from, to }) => sum + to - from, 0);

/** Whether it holds at all at this moment. */
export const isStanding = ({ expiresAt, uses, maxUses }: KeptStanding, now: number): boolean =>
  Date.parse(expiresAt) > now && uses < maxUses;

/** Counts one use; refused past any of its limits. */
export function useStanding(
  standing: KeptStanding,
  { taskId, spentMicros, now }: StandingUse,
): Result<KeptStanding> {
  if (!isStanding(standing, now)) return refuse('limit_reached', 'The standing approval is over.');
  const known = Object.hasOwn(standing.spent, taskId) ? standing.spent[taskId] : undefined;
  const from = known?.from ?? spentMicros;
  const to = Math.max(known?.to ?? from, spentMicros);
  const used = {
    ...standing,
    uses: standing.uses + 1,
    spent: { ...standing.spent, [taskId]: { from, to } },
  };
  const { maxCostUsd } = standing;
  const isSpent = maxCostUsd !== undefined && costMicrosOf(used) >= Math.round(maxCostUsd * 1e6);
  return isSpent ? refuse('limit_reached', 'The standing approval is spent.') : ok(used);
}

/** As it was before a use that came to nothing. */
export const unusedStanding = (standing: KeptStanding): KeptStanding => ({
  ...standing,
  uses: Math.max(0, standing.uses - 1),
});

/** A standing approval as readers see it. */
export function standingView({ spent, ...standing }: KeptStanding): Standing {
  return { ...standing, costUsd: costMicrosOf({ spent }) / 1e6 };
}
