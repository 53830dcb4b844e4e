// What the inbox keeps of a task: the gates that people were asked about, as they stand.

import type { TaskEvent } from '../contract/event.ts';
import type { Gate, GateState } from '../contract/gate.ts';
import type { TaskState } from './task.ts';
import { gateView } from './view.ts';

/** The last instant that there is: what never expires comes after all that does. */
export const NEVER = 8_640_000_000_000_000;

/** What a decision is judged by beside the gate itself. */
export interface GateFacts {
  readonly createdBy: string;
  readonly acceptanceCriteria?: string;
}

/** A row of the inbox. */
export interface KeptGate {
  readonly id: string;
  readonly projectId: string;
  readonly taskId: string;
  readonly environment: string;
  readonly name: string;
  readonly state: GateState;
  readonly expiresAt: number;
  readonly seq: number;
  readonly body: GateFacts & { readonly gate: Gate };
}

/** The state of an instance. Logs from before it was written say it in fewer words. */
export function gateStateOf({ state, status, reason }: Gate): GateState {
  if (status === 'not-required') return state === 'waived' ? 'waived' : 'cancelled';
  if (status !== 'rejected') return state ?? status;
  if (reason === 'timeout') return 'expired';
  return reason === 'changes-requested' ? 'changes-requested' : (state ?? 'rejected');
}

/** These end all that a task still asks. */
const ENDS: ReadonlySet<string> = new Set([
  'task:completed',
  'task:failed',
  'task:cancelled',
  'task:retried',
]);

function keptGate(state: TaskState, known: Gate): KeptGate {
  const gate = gateView(state, known);
  const { acceptanceCriteria, createdBy } = state;
  return {
    id: gate.id,
    projectId: state.projectId,
    taskId: state.id,
    environment: state.environment,
    name: gate.name,
    state: gateStateOf(gate),
    expiresAt: gate.expiresAt === undefined ? NEVER : Date.parse(gate.expiresAt),
    seq: state.seq,
    body: {
      gate,
      createdBy,
      ...(acceptanceCriteria === undefined ? {} : { acceptanceCriteria }),
    },
  };
}

/** The rows of all gates that were reached. */
export const keptGates = (state: TaskState): readonly KeptGate[] =>
  state.gates
    .filter(({ reachedAt }) => reachedAt !== undefined)
    .map((gate) => keptGate(state, gate));

/** These end what is asked about a limit, without a word about its gate. */
const RAISES: ReadonlySet<string> = new Set(['task:resumed', 'budget:extended']);

type OfGate = Extract<TaskEvent, { type: `gate:${string}` }>;
const isOfGate = (event: TaskEvent): event is OfGate => event.type.startsWith('gate:');

/** The rows that these events have changed. */
export function changedGates(state: TaskState, events: readonly TaskEvent[]): readonly KeptGate[] {
  const named = new Set(events.map((event) => (isOfGate(event) ? event.data.gateId : '')));
  const isOver = events.some(({ type }) => ENDS.has(type));
  const isRaised = events.some(({ type }) => RAISES.has(type));
  return keptGates(state).filter(({ id, state: now, body }) => {
    const isClosed = isOver || (isRaised && body.gate.source === 'budget');
    return named.has(id) || (isClosed && now === 'cancelled');
  });
}
