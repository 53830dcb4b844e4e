// The stages and gates of a task in the order of its course, and how each has fared. Pure.

import type { Gate } from '../../../../src/contract/gate.ts';
import type { TaskSnapshot, TaskStage } from '../../../../src/contract/task.ts';
import type { OtherEvent } from '../../live/task-stream.ts';
import { heldAt, openGates, type View } from './standing.ts';

/** One cell of the timeline. */
export interface Cell {
  readonly key: string;
  readonly kind: 'stage' | 'gate';
  readonly name: string;
  /** The stage itself, or that of the gate. */
  readonly stage: string;
  readonly state: 'todo' | 'busy' | 'wait' | 'ok' | 'bad' | 'skipped';
  /** How long it took, or has taken until now; null: it was not begun, or nobody knows. */
  readonly ms: number | null;
  /** How often it was begun. */
  readonly tries: number;
}

const STAGE_STATES: Readonly<Record<TaskStage['status'], Cell['state']>> = {
  ...{ pending: 'todo', running: 'busy', completed: 'ok', failed: 'bad', skipped: 'skipped' },
};
const GATE_STATES: Readonly<Record<Gate['status'], Cell['state']>> = {
  ...{ pending: 'todo', approved: 'ok', rejected: 'bad', 'not-required': 'skipped' },
};

/** Gates that the course itself has; those that an agent or a limit asks hold the stage that is at work. */
const isOfCourse = ({ source }: Gate): boolean => source !== 'request' && source !== 'budget';

/** Every stage, each followed by the newest instance of each gate after it. */
export function cellsOf({ task, ms }: View): readonly Cell[] {
  const newest = new Map<string, Gate>();
  // The newest instance comes first.
  for (const gate of task.gates)
    if (isOfCourse(gate) && !newest.has(gate.name)) newest.set(gate.name, gate);
  const gates = [...newest.values()].reverse();
  const known = new Set(task.stages.map(({ name }) => name));
  const cells = task.stages.flatMap((stage) => [
    stageCell(task, stage, ms),
    ...gates.filter((gate) => gate.stage === stage.name).map((gate) => gateCell(gate, ms)),
  ]);
  const rest = gates.filter(({ stage }) => stage === undefined || !known.has(stage));
  return [...cells, ...rest.map((gate) => gateCell(gate, ms))];
}

function stageCell(task: TaskSnapshot, stage: TaskStage, now: number): Cell {
  const { name, status, startedAt, completedAt, attempts } = stage;
  const isHeld =
    (status === 'running' || (status === 'pending' && attempts > 0)) &&
    (task.status === 'paused' ||
      (heldAt(task) !== undefined && openGates(task).some((gate) => !isOfCourse(gate))));
  const isFailed = status === 'failed' && task.trashedAt === undefined;
  const end = completedAt ?? (isFailed ? task.updatedAt : undefined);
  const until = end === undefined ? now : Date.parse(end);
  const isTimed = startedAt !== undefined && (end !== undefined || status === 'running');
  const ms = isTimed ? until - Date.parse(startedAt) : null;
  return {
    ...{ key: `stage ${name}`, kind: 'stage', name, stage: name },
    ...{ state: isHeld ? 'wait' : STAGE_STATES[status], ms, tries: attempts },
  };
}

function gateCell(gate: Gate, now: number): Cell {
  const { id, name, stage = '', status, reachedAt, respondedAt, instance } = gate;
  const isOpen = status === 'pending' && reachedAt !== undefined;
  const from = reachedAt === undefined ? Number.NaN : Date.parse(reachedAt);
  const ms = isOpen ? now - from : Date.parse(respondedAt ?? '') - from;
  return {
    ...{ key: id, kind: 'gate', name, stage, state: isOpen ? 'wait' : GATE_STATES[status] },
    ...{ ms: Number.isNaN(ms) ? null : ms, tries: instance },
  };
}

/** The last event of a stage or of a gate; undefined: it has none. */
export const lastOf = ({ kind, key, stage }: Cell, events: readonly OtherEvent[]) =>
  events.findLast(({ data }) =>
    kind === 'gate'
      ? 'gateId' in data && data.gateId === key
      : 'stage' in data && data.stage === stage,
  )?.seq;
