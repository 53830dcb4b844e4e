import type { PlannedGate } from '../contract/plan.ts';
import { actionHash } from './action.ts';
import { openSubtasks } from './family.ts';
import { proposedHash } from './gate-live.ts';
import { firstWritingStage, gateNamed, openReportGate, undecidedGate } from './gates.ts';
import type { TaskState } from './task.ts';
import { commitAction, mergeAction } from './work-action.ts';

/** What a run does next. */
export type Step =
  | { readonly do: 'gate'; readonly gate: PlannedGate }
  | { readonly do: 'subtasks' }
  | { readonly do: 'stage'; readonly stage: string }
  | { readonly do: 'commit'; readonly stage: string }
  | { readonly do: 'merge' }
  | { readonly do: 'complete' };

const stageIndex = (state: TaskState, name: string): number =>
  state.plan.stages.findIndex((stage) => stage.name === name);

/**
 * Whether a run may pass this gate. A runner names a concrete action, so an approval of the default one, given before
 * the gate was reached, does not count: it is asked again, and so is one about a run of the stage that has been repeated
 * since. The first commit passes under the very tree that was approved; later ones pass freely.
 */
function isPassed(state: TaskState, planned: PlannedGate): boolean {
  const gate = gateNamed(state, planned.name);
  if (gate?.state === 'waived') return true;
  if (gate?.status !== 'approved' || gate.action.type === 'gate.default') return false;
  const stage = state.stages.find(({ name }) => name === planned.stage);
  const isOfThisRun = (gate.reachedAt ?? '') >= (stage?.completedAt ?? '');
  if (planned.at === 'after') return isOfThisRun;
  if (planned.at === 'commit' && state.committed) return true;
  // An approval that was used by a runner that is gone since is no approval any more.
  if (gate.consume !== undefined) return false;
  // An approver may have changed what is to be done; what was asked for is what there is to be done.
  const asked = proposedHash(gate);
  if (planned.at === 'commit') return asked === actionHash(commitAction(state));
  return isOfThisRun && asked === actionHash(mergeAction(state));
}

/** Changes are committed after each stage; where a gate guards commits, from the first stage that writes. */
function dueCommit(state: TaskState, done: number): Step | undefined {
  const stage = state.plan.stages[done];
  if (state.uncommitted === undefined || stage === undefined) return undefined;
  const gate = state.plan.gates.find((planned) => planned.at === 'commit');
  if (gate === undefined) return { do: 'commit', stage: stage.name };
  const writing = firstWritingStage(state.plan.stages);
  if (writing !== undefined && done < stageIndex(state, writing.name)) return undefined;
  return isPassed(state, gate) ? { do: 'commit', stage: stage.name } : { do: 'gate', gate };
}

/**
 * The next step of a run: commit what the last stage changed, wait at the gate after it, wait for subtasks, begin the
 * next stage, merge, complete. Stages run one at a time, in the order of the plan; a stage that is not completed is never skipped.
 */
export function nextStep(state: TaskState): Step {
  const open = state.stages.findIndex((stage) => stage.status !== 'completed');
  const done = (open === -1 ? state.stages.length : open) - 1;
  const commit = dueCommit(state, done);
  if (commit !== undefined) return commit;
  const gate = state.plan.gates.find(
    (planned) =>
      planned.at === 'after' &&
      stageIndex(state, planned.stage) <= done &&
      !isPassed(state, planned),
  );
  // A person who looks at the end of a task looks at all of it.
  const hasOpen = openSubtasks(state).length > 0;
  const isAtEnd = gate !== undefined && gate.stage === state.plan.stages.at(-1)?.name;
  if (isAtEnd && hasOpen) return { do: 'subtasks' };
  if (gate !== undefined) return { do: 'gate', gate };
  const asked = openReportGate(state);
  if (asked !== undefined && stageIndex(state, asked.stage) <= done)
    return { do: 'gate', gate: asked };
  if (hasOpen) return { do: 'subtasks' };
  const next = state.stages[done + 1];
  if (next !== undefined) return { do: 'stage', stage: next.name };
  if (state.merged) return { do: 'complete' };
  const last = state.plan.gates.find(
    (planned) => planned.at === 'merge' && !isPassed(state, planned),
  );
  return last === undefined ? { do: 'merge' } : { do: 'gate', gate: last };
}

/** The undecided gate that a report would pass: all gates on the way to the end, or to a stage of the plan. */
export function gatePassedBy(
  state: TaskState,
  report: { readonly status: string; readonly stage?: string | undefined },
): PlannedGate | undefined {
  const asked = openReportGate(state);
  if (report.status === 'completed') return undecidedGate(state, () => true) ?? asked;
  const target = report.stage === undefined ? -1 : stageIndex(state, report.stage);
  const isBefore = ({ stage }: PlannedGate): boolean => stageIndex(state, stage) < target;
  return undecidedGate(state, isBefore) ?? (asked && isBefore(asked) ? asked : undefined);
}
