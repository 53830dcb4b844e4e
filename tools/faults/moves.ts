// What people and systems do to tasks: a row a move. A new one is a row here, and a case in marks.ts where its event bears
// a mark.
import type { TaskEventType } from '../../src/contract/event.ts';
import type { Task, TaskStatus } from '../../src/contract/task.ts';
import { MARK } from './marks.ts';
import type { Random } from './random.ts';

interface Asked {
  readonly path: string;
  readonly body?: object;
  /** Other marks than the fresh one: what is asked twice is one, and one that asks for two things has two. */
  readonly marks?: readonly string[];
}

export interface Move {
  readonly name: string;
  /** How often it is made beside the others. */
  readonly weight: number;
  /** Whether it makes sense; it may be refused all the same. */
  readonly fits: (task: Task) => boolean;
  readonly ask: (task: Task, mark: string, random: Random) => Asked | undefined;
  /** The events that tell of it, by their marks, or counted where `counts` says so; none if it may change nothing. */
  readonly tells: readonly TaskEventType[];
  readonly counts?: (answer: unknown) => boolean;
  /** The tasks that the answer says it has made. */
  readonly makes?: (answer: unknown) => readonly { id: string; description: string }[];
}

const OPEN = [
  'pending',
  'queued',
  'planning',
  'in-progress',
  'waiting-approval',
  'paused',
] as const;
const WORKING = ['queued', 'planning', 'in-progress'] as const;
const ENDED = ['completed', 'failed', 'cancelled'] as const;
const REPORTS = [
  ...(['planning', 'in-progress', 'in-progress', 'in-progress'] as const),
  ...(['waiting-approval', 'completed', 'completed', 'paused', 'failed'] as const),
] as const;
const STRATEGIES = ['sequential', 'parallel', 'dependency-based'] as const;

/** On no shelf, and in one of these. */
const at =
  (...statuses: readonly TaskStatus[]): Move['fits'] =>
  ({ status, trashedAt, archivedAt }) =>
    trashedAt === undefined && archivedAt === undefined && statuses.includes(status);

const isSplit = ({ subtaskIds, status }: Task): boolean =>
  subtaskIds.length > 0 && (status === 'pending' || status === 'in-progress');

/** The gate that the task stands at, else one that it will come to. */
const gateOf = ({ gates, waitingDetail }: Task): string | undefined => {
  const asked = JSON.stringify(waitingDetail ?? {});
  const pending = gates.filter(({ status }) => status === 'pending');
  return (pending.find(({ id }) => asked.includes(id)) ?? pending[0])?.id;
};

const decides =
  (verb: 'approve' | 'reject' | 'request-changes'): Move['ask'] =>
  (task) => {
    const gate = gateOf(task);
    if (gate === undefined) return undefined;
    const mark = `${MARK}${verb} ${gate}`;
    const body = { approver: 'faults', comment: mark };
    return { path: `/gates/${gate}/${verb}`, body, marks: [mark] };
  };

const splits: Move['ask'] = (_, mark, random) => {
  const [first, second] = [`${mark} a`, `${mark} b`];
  const subtasks = [
    { description: first, workflow: 'bugfix' },
    { description: second, workflow: 'bugfix', dependsOn: random.isChance(0.5) ? [first] : [] },
  ];
  const body = { subtasks, strategy: random.pick(STRATEGIES) };
  return { path: '/decompose', body, marks: [first, second] };
};

/** The server's own shape, which its own tests hold to the contract. */
const madeOf = (answer: unknown) =>
  (answer as { readonly subtasks: readonly { id: string; description: string }[] }).subtasks;

const saysResumed = (answer: unknown): boolean => JSON.stringify(answer).includes('from paused');
const always = (): boolean => true;

export const APPROVE: Move = {
  name: 'approve',
  weight: 20,
  fits: at('waiting-approval'),
  tells: ['gate:approved'],
  ask: decides('approve'),
};

export const RESUME: Move = {
  name: 'resume',
  weight: 20,
  fits: at('paused', 'pending'),
  tells: ['task:resumed'],
  ask: () => ({ path: '/resume' }),
  counts: saysResumed,
};

export const FINISH: Move = {
  name: 'finish',
  weight: 4,
  fits: at('planning', 'in-progress'),
  tells: ['task:stage-changed', 'gate:required'],
  ask: (_, mark) => ({ path: '/status', body: { status: 'completed', message: mark } }),
};

export const EXECUTE: Move = {
  name: 'execute subtasks',
  weight: 15,
  fits: isSplit,
  tells: [],
  ask: () => ({ path: '/subtasks/execute' }),
};

export const CANCEL: Move = {
  name: 'cancel',
  weight: 2,
  fits: at(...OPEN),
  tells: ['task:cancelled'],
  ask: (_, mark) => ({ path: '/cancel', body: { reason: mark } }),
};

const MOVES: readonly Move[] = [
  APPROVE,
  RESUME,
  FINISH,
  EXECUTE,
  CANCEL,
  {
    name: 'log',
    weight: 30,
    fits: at(...OPEN, ...ENDED),
    tells: ['log:entry'],
    ask: (_, mark) => ({ path: '/log', body: { message: mark } }),
  },
  {
    name: 'report',
    weight: 10,
    fits: at(...WORKING, 'paused'),
    tells: ['task:stage-changed', 'gate:required'],
    ask: (_, mark, random) => ({
      path: '/status',
      body: { status: random.pick(REPORTS), message: mark },
    }),
  },
  {
    name: 'approve early',
    weight: 1,
    fits: at(...WORKING),
    tells: ['gate:approved'],
    ask: decides('approve'),
  },
  {
    name: 'reject',
    weight: 1,
    fits: at('waiting-approval'),
    tells: ['gate:rejected'],
    ask: decides('reject'),
  },
  {
    name: 'request changes',
    weight: 3,
    fits: at('waiting-approval'),
    tells: ['gate:changes-requested'],
    ask: decides('request-changes'),
  },
  {
    name: 'pause',
    weight: 3,
    fits: at(...WORKING),
    tells: ['task:paused'],
    ask: (_, mark) => ({ path: '/pause', body: { reason: mark } }),
  },
  {
    name: 'retry',
    weight: 15,
    fits: at('failed', 'cancelled'),
    tells: ['task:retried'],
    ask: () => ({ path: '/retry', body: {} }),
    counts: always,
  },
  {
    name: 'decompose',
    weight: 1,
    fits: (task) => at(...WORKING)(task) && task.subtaskIds.length === 0,
    tells: ['subtask:created'],
    ask: splits,
    makes: madeOf,
  },
  {
    name: 'trash',
    weight: 1,
    fits: at(...OPEN, ...ENDED),
    tells: ['task:trashed'],
    ask: () => ({ path: '/trash' }),
    counts: always,
  },
  {
    name: 'restore',
    weight: 15,
    fits: ({ trashedAt }) => trashedAt !== undefined,
    tells: ['task:restored'],
    ask: () => ({ path: '/restore' }),
    counts: always,
  },
  {
    name: 'archive',
    weight: 5,
    fits: at('completed'),
    tells: ['task:archived'],
    ask: () => ({ path: '/archive' }),
    counts: always,
  },
  {
    name: 'unarchive',
    weight: 15,
    fits: ({ archivedAt, trashedAt }) => archivedAt !== undefined && trashedAt === undefined,
    tells: ['task:unarchived'],
    ask: () => ({ path: '/unarchive' }),
    counts: always,
  },
];

/** All moves that make sense now. */
export const movesFor = (task: Task): readonly Move[] => MOVES.filter(({ fits }) => fits(task));
