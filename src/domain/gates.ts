import type { Gate, GateAction } from '../contract/gate.ts';
import type { PlannedGate } from '../contract/plan.ts';
import type { Autonomy } from '../contract/task.ts';
import type { WorkflowStage } from '../contract/workflow-stage.ts';
import { actionHash } from './action.ts';
import { derivedId } from './id.ts';
import type { TaskState } from './task.ts';

/** The first stage whose changes are committed: the first that writes, else the last. */
export function firstWritingStage(stages: readonly WorkflowStage[]): WorkflowStage | undefined {
  return stages.find((stage) => stage.writes) ?? stages.at(-1);
}

type GatePolicy = (stages: readonly WorkflowStage[]) => PlannedGate[];

/** Which gates each autonomy level puts in the way. A new level does not compile until it answers here. */
export const GATE_POLICIES: Readonly<Record<Autonomy, GatePolicy>> = {
  full: () => [],
  'review-before-commit': (stages) => {
    const writing = firstWritingStage(stages);
    if (writing === undefined) return [];
    return [{ name: 'commit', source: 'autonomy', at: 'commit', stage: writing.name }];
  },
  'review-before-merge': (stages) => {
    const last = stages.at(-1);
    if (last === undefined) return [];
    return [{ name: 'review', source: 'autonomy', at: 'after', stage: last.name, guards: 'merge' }];
  },
  manual: (stages) =>
    stages.map((stage) => ({
      name: stage.name,
      source: 'autonomy',
      at: 'after',
      stage: stage.name,
    })),
};

/** What a gate asks for beyond one approval of anybody who may. */
export const policyOf = ({
  approvers,
  quorum,
  timeoutMinutes,
}: Pick<Gate, 'approvers' | 'quorum' | 'timeoutMinutes'>) => ({
  ...(approvers === undefined ? {} : { approvers }),
  ...(quorum === undefined ? {} : { quorum }),
  ...(timeoutMinutes === undefined ? {} : { timeoutMinutes }),
});

type Policy = Pick<Gate, 'approvers' | 'quorum' | 'timeoutMinutes'>;

interface Opening extends Policy {
  readonly taskId: string;
  readonly name: string;
  readonly source: Gate['source'];
  readonly stage?: string;
  readonly instance: number;
  readonly attempt: number;
  readonly nowMs: number;
  readonly action?: GateAction;
}

/** A new instance of a gate. Without a concrete action it stands for the default one of its name and attempt. */
export function openGate(opening: Opening): Gate {
  const { taskId, name, source, stage, instance, attempt, nowMs } = opening;
  const action = opening.action ?? {
    type: 'gate.default',
    target: { taskId, gate: name },
    params: { attempt },
  };
  return {
    id: derivedId('gate', nowMs, taskId, name, instance),
    taskId,
    name,
    status: 'pending',
    source,
    ...(stage === undefined ? {} : { stage }),
    instance,
    attempt,
    requiredAt: new Date(nowMs).toISOString(),
    ...policyOf(opening),
    action,
    actionHash: actionHash(action),
  };
}

/** An instance of a planned gate. */
export function openPlanned(
  planned: PlannedGate,
  facts: Pick<Opening, 'taskId' | 'instance' | 'attempt' | 'nowMs'> & { action?: GateAction },
): Gate {
  const { name, source, stage } = planned;
  return openGate({ name, source, stage, ...policyOf(planned), ...facts });
}

/** The instance of this name that counts: the newest. */
export function gateNamed(state: TaskState, name: string): Gate | undefined {
  return state.gates.findLast((gate) => gate.name === name || gate.id === name);
}

/** A gate that was asked for beside the plan and is not decided yet: it holds what comes after its stage. */
export function openReportGate(state: TaskState): PlannedGate | undefined {
  const gate = state.gates.findLast(
    ({ source, status }) => source === 'report' && status === 'pending',
  );
  if (gate === undefined) return undefined;
  return { name: gate.name, source: 'report', at: 'after', stage: gate.stage ?? '' };
}

/** How often a gate of this name has been opened. */
export const instancesOf = (state: TaskState, name: string): number =>
  state.gates.filter((gate) => gate.name === name).length;

const isApproved = (gate: Gate | undefined): boolean => gate?.status === 'approved';

/** The first planned gate at one of these points that nobody has approved yet: what holds a report. */
export function undecidedGate(
  state: TaskState,
  stands: (planned: PlannedGate) => boolean,
): PlannedGate | undefined {
  return state.plan.gates.find(
    (planned) => stands(planned) && !isApproved(gateNamed(state, planned.name)),
  );
}
