import type { Gate, GateAction, GateRequester } from '../contract/gate.ts';
import type { PlannedGate } from '../contract/plan.ts';
import type { Autonomy } from '../contract/task.ts';
import type { WorkflowStage } from '../contract/workflow-stage.ts';
import { actionHash } from './action.ts';
import { policyHash } from './gate-binding.ts';
import {
  type GateTerms,
  REQUEST_POLICY,
  STAGE_POLICY,
  toldPolicy,
  wholePolicy,
} from './gate-policy.ts';
import { agentId, derivedId } from './id.ts';
import type { TaskState } from './task.ts';

/** The first stage whose changes are committed: the first that writes, else the last. */
export function firstWritingStage(stages: readonly WorkflowStage[]): WorkflowStage | undefined {
  return stages.find((stage) => stage.writes) ?? stages.at(-1);
}

type Policy = (stages: readonly WorkflowStage[]) => PlannedGate[];

/** Which gates each autonomy level puts in the way. A new level does not compile until it answers here. */
export const GATE_POLICIES: Readonly<Record<Autonomy, Policy>> = {
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

/** What a gate that is opened again asks for, as it did before. */
export const termsOf = ({ approvers, quorum, timeoutMinutes, policy }: Gate): GateTerms => ({
  approvers,
  quorum,
  timeoutMinutes,
  policy,
});

/** What is known of a task where one of its gates opens. */
export type GateTask = Pick<
  TaskState,
  'id' | 'projectId' | 'environment' | 'createdBy' | 'attempt' | 'lease'
>;

interface Opening extends GateTerms {
  readonly name: string;
  readonly source: Gate['source'];
  readonly stage?: string | undefined;
  readonly instance: number;
  readonly nowMs: number;
  readonly action?: GateAction | undefined;
  /** Default: the agent at work under the lease, else who made the task. */
  readonly requester?: GateRequester | undefined;
}

/** Who asks where nobody is named: the agent at work, for who made the task. */
export function requesterOf({ id, attempt, createdBy, lease }: GateTask): GateRequester {
  if (lease === undefined) return { sub: createdBy };
  const { runnerId, runnerOwner } = lease;
  return {
    sub: agentId(id, attempt),
    runnerId,
    ...(runnerOwner === undefined ? {} : { runnerOwner }),
    onBehalfOf: createdBy,
  };
}

/** A new instance of a gate. Without a concrete action it stands for the default one of its name and attempt. */
export function openGate(task: GateTask, opening: Opening): Gate {
  const { name, source, stage, instance, nowMs } = opening;
  const { id: taskId, attempt, projectId, environment } = task;
  const action = opening.action ?? {
    type: 'gate.default',
    target: { taskId, gate: name },
    params: { attempt },
  };
  const usual = source === 'request' ? REQUEST_POLICY : STAGE_POLICY;
  const policy = toldPolicy(wholePolicy(opening, usual));
  const at = stage === undefined ? {} : { stage };
  const { approvers, quorum, timeoutMinutes } = opening;
  return {
    id: derivedId('gate', nowMs, taskId, name, instance),
    taskId,
    name,
    status: 'pending',
    state: 'pending',
    source,
    ...at,
    instance,
    attempt,
    requiredAt: new Date(nowMs).toISOString(),
    ...(approvers === undefined ? {} : { approvers: [...approvers] }),
    ...(quorum === undefined ? {} : { quorum }),
    ...(timeoutMinutes === undefined ? {} : { timeoutMinutes }),
    action,
    actionHash: actionHash(action),
    requester: opening.requester ?? requesterOf(task),
    context: { projectId, environment, taskId, attempt, ...at },
    policy,
    policyHash: policyHash(policy),
  };
}

/** An instance of a planned gate. */
export const openPlanned = (
  planned: PlannedGate,
  task: GateTask,
  facts: Pick<Opening, 'instance' | 'nowMs' | 'action'>,
): Gate => openGate(task, { ...planned, ...facts });

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

/** Whether nobody needs to be asked any more. */
export const isLetBy = (gate: Gate | undefined): boolean =>
  gate?.status === 'approved' || gate?.state === 'waived';

/** The first planned gate at one of these points that nobody has approved yet: what holds a report. */
export function undecidedGate(
  state: TaskState,
  stands: (planned: PlannedGate) => boolean,
): PlannedGate | undefined {
  return state.plan.gates.find(
    (planned) => stands(planned) && !isLetBy(gateNamed(state, planned.name)),
  );
}
