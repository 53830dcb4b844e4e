import type { TaskEvent, TaskEventType } from '../contract/event.ts';
import { type Draft, isFolded } from './draft.ts';
import { evolve, passOver } from './evolve.ts';
import { redactMembers } from './redact.ts';
import type { TaskState } from './task.ts';
import { toldSnapshot } from './view.ts';

/** What agents and runners say: secrets in it are masked before anything of it is stored or shown. */
const UNTRUSTED: ReadonlySet<TaskEventType> = new Set([
  'log:entry',
  'agent:message',
  'agent:thinking',
  'agent:tool-use',
  'agent:tool-result',
  'agent:progress',
  'output:set',
  'checkpoint:saved',
  'artifact:added',
  'task:stage-changed',
  'task:failed',
  'usage:updated',
  'changes:report',
  'subtask:created',
  'lease:ended',
  'task:message',
]);

type Required = Extract<Draft, { type: 'gate:required' }>['data'];

/** What an agent says to explain a request is text like any other. */
function withoutSecrets(data: Required): Required {
  const { advisory, opened } = data;
  if (advisory === undefined) return data;
  const clean = redactMembers(advisory);
  return {
    ...data,
    advisory: clean,
    ...(opened ? { opened: { ...opened, advisory: clean } } : {}),
  };
}

function maskedData(draft: Draft): Draft['data'] {
  if (UNTRUSTED.has(draft.type)) return redactMembers(draft.data);
  if (draft.type === 'gate:required') {
    // The action stays as it is, for its hash is what a person decides on.
    const told = withoutSecrets(draft.data);
    const { held } = told;
    if (held?.kind !== 'report') return told;
    return { ...told, held: { ...held, report: redactMembers(held.report) } };
  }
  if (draft.type !== 'work:finished') return draft.data;
  // Digests are no text, and they must stay what they are: a repeated result is known by it.
  const { digest, effectiveHash } = draft.data;
  const hashes = effectiveHash === undefined ? { digest } : { digest, effectiveHash };
  return { ...redactMembers(draft.data), ...hashes };
}

/** Puts an event into its place: the next number of the log, the instant of its commit. */
function place(taskId: string, seq: number, timestamp: string, draft: Draft): TaskEvent {
  // The pair of type and data is a Draft's, so it is an event's; the compiler cannot see that through the spread.
  return { type: draft.type, taskId, timestamp, seq, data: maskedData(draft) } as TaskEvent;
}

/** Events that carry the task as it is after them get it here, so that no rule builds it by hand. */
function withTask(event: TaskEvent, after: TaskState): TaskEvent {
  switch (event.type) {
    case 'task:created':
      // Gates in the order of the fold, not newest first as readers see them: the log must replay to the state.
      return {
        ...event,
        data: { ...event.data, ...toldSnapshot(after), gates: event.data.gates },
      };
    case 'task:started':
    case 'task:completed':
      return { ...event, data: { ...toldSnapshot(after), ...event.data } };
    case 'task:failed':
      return { ...event, data: { ...event.data, task: toldSnapshot(after) } };
    case 'task:cancelled':
      return { ...event, data: { ...event.data, task: toldSnapshot(after) } };
    case 'task:trashed':
      return { ...event, data: { ...event.data, task: toldSnapshot(after) } };
    case 'task:restored':
      return { ...event, data: { ...event.data, task: toldSnapshot(after) } };
    case 'task:archived':
      return { ...event, data: { ...event.data, task: toldSnapshot(after) } };
    case 'task:unarchived':
      return { ...event, data: { ...event.data, task: toldSnapshot(after) } };
    case 'task:retried':
      return { ...event, data: { ...event.data, task: toldSnapshot(after) } };
    case 'task:resumed':
      return { ...event, data: { ...event.data, task: toldSnapshot(after) } };
    case 'task:paused':
      return { ...event, data: { ...event.data, task: toldSnapshot(after) } };
    default:
      return event;
  }
}

export interface Recorded {
  readonly events: readonly TaskEvent[];
  readonly state: TaskState;
}

/** Numbers the drafts of one decision and folds them: what the log will hold, and the state after it. */
export function record(
  before: TaskState | null,
  taskId: string,
  drafts: readonly Draft[],
  nowMs: number,
): Recorded {
  const timestamp = new Date(nowMs).toISOString();
  const events: TaskEvent[] = [];
  let state = before;
  let seq = before?.seq ?? 0;
  let logs = 0;
  for (const draft of drafts) {
    seq += 1;
    const event = place(taskId, seq, timestamp, draft);
    if (state !== null && !isFolded(event.type)) {
      // Lines come by the thousand: they are counted here, and the state is copied once for all of them.
      if (event.type === 'log:entry') logs += 1;
      events.push(event);
      continue;
    }
    state = evolve(state === null ? null : passOver(state, seq - 1, logs), event);
    logs = 0;
    events.push(withTask(event, state));
  }
  if (state === null) throw new Error('Nothing was recorded of a task that does not exist.');
  return { events, state: passOver(state, seq, logs) };
}
