// A task and its subtasks, each with a log of its own, and what travels between them: orders down, notes up, and how
// siblings stand. What travels may be late, and may come twice; of one sender to one hearer it comes in order.

import type { TaskEvent, TaskEventType } from '../../src/contract/event.ts';
import type { Dependency } from '../../src/contract/event-subtask.ts';
import type { Command, CreateTask } from '../../src/domain/command.ts';
import { changeConfig } from '../../src/domain/config.ts';
import { type SubtaskOrder, subtaskOrders, withoutMergeGates } from '../../src/domain/family.ts';
import { makePlan } from '../../src/domain/plan.ts';
import { isEnded, type TaskState, workBranch } from '../../src/domain/task.ts';
import { spentWithSubtasks, taskRow } from '../../src/domain/view.ts';
import { PROJECT_ID, SERVICE } from './actors.ts';
import { ask, BIRTH_MS, createCommand, type Step, TASK_ID, taken } from './world.ts';

export const PARENT = TASK_ID;

const KIND = { workflow: 'short', autonomy: 'full', maxRetries: 0 } as const;
const SHORT = { short: { stages: [{ name: 'work', agent: 'developer' }] } };
const PLAN = taken(makePlan(taken(changeConfig('demo', {}, { workflows: SHORT })).config, KIND));

/** What each of the two is told of; the shell's consumers want the same. */
const WANTED: Readonly<Record<Hearer, ReadonlySet<TaskEventType>>> = {
  parent: new Set([
    'task:completed',
    'task:failed',
    'task:cancelled',
    'task:retried',
    'task:paused',
    'task:resumed',
    'task:restored',
  ]),
  subtasks: new Set([
    'subtask:created',
    'subtask:completed',
    'subtask:failed',
    'subtask:cancelled',
    'subtask:changed',
    'task:stage-changed',
    'task:cancelled',
    'task:trashed',
    'gate:approved',
    'gate:waived',
  ]),
};

export type Hearer = 'parent' | 'subtasks';

/** Commands on their way from one task to others. Its sender sends nothing more to that hearer before all have landed. */
export interface Flight {
  readonly from: string;
  readonly to: Hearer;
  readonly upTo: number;
  /** Whether the sender forgets that it has told this, and tells it again. */
  readonly isForgotten: boolean;
  readonly commands: { readonly id: string; readonly command: Command }[];
}

interface Obeyed {
  readonly command: Command;
  readonly before: TaskState | undefined;
  readonly subtask: string;
}

const COMMANDS = {
  start: { type: 'resume', ifPending: true },
  cancel: { type: 'cancel' },
} as const;

export class FamilyWorld {
  now = BIRTH_MS;
  readonly tasks = new Map<string, TaskState>();
  readonly events = new Map<string, TaskEvent[]>();
  readonly flights: Flight[] = [];
  /** What the parent asked of its subtasks, where it was taken. */
  readonly obeyed: Obeyed[] = [];
  readonly #cursors = new Map<string, number>();

  constructor() {
    this.dispatch(PARENT, createCommand(KIND, { plan: PLAN }));
  }

  state(id: string): TaskState {
    const state = this.tasks.get(id);
    if (state === undefined) throw new Error(`There is no task ${id}.`);
    return state;
  }

  get subtasks(): readonly TaskState[] {
    return [...this.tasks.values()].filter(({ id }) => id !== PARENT);
  }

  dispatch(id: string, command: Command): Step {
    const step = ask(this.tasks.get(id) ?? null, command);
    if (step.after !== null) this.tasks.set(id, step.after);
    this.events.set(id, [...(this.events.get(id) ?? []), ...step.events]);
    return step;
  }

  #untold(id: string, to: Hearer): readonly TaskEvent[] {
    const cursor = this.#cursors.get(`${id} ${to}`) ?? 0;
    const log = this.events.get(id) ?? [];
    return log.filter(({ seq, type }) => seq > cursor && WANTED[to].has(type));
  }

  /** What is to be told and is not on its way. */
  due(): readonly { readonly id: string; readonly to: Hearer }[] {
    return [...this.tasks.keys()].flatMap((id) => {
      const to = id === PARENT ? 'subtasks' : 'parent';
      const flies = this.flights.some((flight) => flight.from === id);
      return flies || this.#untold(id, to).length === 0 ? [] : [{ id, to } as const];
    });
  }

  /** Begins to tell, from the state as it is now. */
  send(id: string, to: Hearer, isForgotten: boolean): void {
    const state = this.state(id);
    const commands = to === 'parent' ? [this.#note(state)] : this.#orders(state);
    this.flights.push({ from: id, to, upTo: state.seq, isForgotten, commands });
  }

  #note(state: TaskState, more: { refused?: true } = {}): Flight['commands'][number] {
    const told = {
      subtask: taskRow(state),
      attempt: state.attempt,
      seq: state.seq,
      spent: spentWithSubtasks(state),
    };
    return { id: PARENT, command: { type: 'note-subtask', now: this.now, ...told, ...more } };
  }

  #orders(state: TaskState): Flight['commands'] {
    const created = this.#untold(state.id, 'subtasks').flatMap((event) =>
      event.type === 'subtask:created' ? [this.#birth(state, event)] : [],
    );
    const orders = subtaskOrders(state).map(({ id, order, attempt }: SubtaskOrder) => {
      const asked =
        order === 'retry' ? ({ type: 'retry', ifAttempt: attempt } as const) : COMMANDS[order];
      const command: Command = { ...asked, now: this.now, actor: SERVICE };
      return { id, command };
    });
    return [...created, ...orders];
  }

  #birth(state: TaskState, event: Extract<TaskEvent, { type: 'subtask:created' }>) {
    const { subtask, definition } = event.data;
    const { dependsOn, plan = state.plan, ...fields } = definition;
    const command: CreateTask = {
      ...createCommand(KIND, { plan: withoutMergeGates(plan) }),
      ...fields,
      taskId: subtask.id,
      projectId: PROJECT_ID,
      description: subtask.description,
      dependencies: dependsOn.map((id) => ({ id, status: 'pending' })),
      parent: {
        id: state.id,
        index: state.subtasks.findIndex(({ id }) => id === subtask.id) + 1,
        depth: 1,
        branch: workBranch(state),
        branchName: state.branchName,
      },
    };
    return { id: subtask.id, command };
  }

  /** One command of a flight arrives. A birth comes before all else that is said to the newborn. */
  land(which: number): void {
    const flight = this.flights[which % this.flights.length];
    if (flight === undefined) return;
    const births = flight.commands.some(({ command }) => command.type === 'create');
    const at = births ? 0 : which % Math.max(1, flight.commands.length);
    const [next] = flight.commands.splice(at, 1);
    if (next !== undefined) this.#arrive(flight, next);
    if (flight.commands.length > 0) return;
    this.flights.splice(this.flights.indexOf(flight), 1);
    const key = `${flight.from} ${flight.to}`;
    if (!flight.isForgotten) this.#cursors.set(key, flight.upTo);
  }

  /** An order that is refused is answered with how the subtask stands. */
  #arrive(flight: Flight, { id, command }: Flight['commands'][number]): void {
    const before = this.tasks.get(id);
    const { decided, events } = this.dispatch(id, { ...command, now: this.now });
    if (flight.to !== 'subtasks' || id === PARENT || command.type === 'create') return;
    if (events.length > 0) this.obeyed.push({ command, before, subtask: id });
    if (!decided.ok) flight.commands.push(this.#note(this.state(id), { refused: true }));
  }

  /** What is to be put right of what subtasks believe of each other; which open status one has is nothing to them. */
  untrue(): Flight['commands'] {
    const kind = (status: Dependency['status']): string =>
      status !== 'deleted' && isEnded(status) ? status : 'open';
    return this.subtasks.flatMap(({ id, dependencies }) =>
      dependencies.flatMap((believed): Flight['commands'] => {
        const status = this.tasks.get(believed.id)?.status ?? 'pending';
        if (kind(status) === kind(believed.status)) return [];
        const dependency = { id: believed.id, status };
        return [{ id, command: { type: 'note-dependency', now: this.now, dependency } }];
      }),
    );
  }
}
