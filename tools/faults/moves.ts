// What people and systems do to tasks: a row a move. A new one is a row here, and a case in marks.ts where its event bears
// a mark.
import type { TaskEventType } from '../../src/contract/event.ts';
import type { Task, TaskStatus } from '../../src/contract/task.ts';
import { standingOf } from './ledger.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

interface Asked {
  readonly path: string;
  readonly body?: object;
  /** Another mark than the fresh one: the same decision sent again is the same decision. */
  readonly mark?: string;
}

export interface Move {
  readonly name: string;
  /** How often it is made beside the others. */
  readonly weight: number;
  /** Where it makes sense; it may be refused all the same. */
  readonly at: readonly TaskStatus[];
  readonly ask: (task: Task, mark: string, random: Random) => Asked | undefined;
  /** What the log tells of it, by its mark, or counted where `counts` says so. */
  readonly tells: readonly TaskEventType[];
  readonly counts?: (answer: unknown) => boolean;
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
const ENDED = ['failed', 'cancelled'] as const;
const REPORTS = [
  ...(['planning', 'in-progress', 'in-progress', 'in-progress'] as const),
  ...(['waiting-approval', 'completed', 'completed', 'paused', 'failed'] as const),
] as const;

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
    const mark = `${verb} ${gate}`;
    return { path: `/gates/${gate}/${verb}`, body: { approver: 'faults', comment: mark }, mark };
  };

const saysResumed = (answer: unknown): boolean => JSON.stringify(answer).includes('from paused');

export const APPROVE: Move = {
  name: 'approve',
  weight: 20,
  at: ['waiting-approval'],
  tells: ['gate:approved'],
  ask: decides('approve'),
};

export const RESUME: Move = {
  name: 'resume',
  weight: 20,
  at: ['paused'],
  tells: ['task:resumed'],
  ask: () => ({ path: '/resume' }),
  counts: saysResumed,
};

export const FINISH: Move = {
  name: 'finish',
  weight: 4,
  at: ['planning', 'in-progress'],
  tells: ['task:stage-changed', 'gate:required'],
  ask: (_, mark) => ({ path: '/status', body: { status: 'completed', message: mark } }),
};

const MOVES: readonly Move[] = [
  APPROVE,
  RESUME,
  FINISH,
  {
    name: 'log',
    weight: 30,
    at: [...OPEN, ...ENDED, 'completed'],
    tells: ['log:entry'],
    ask: (_, mark) => ({ path: '/log', body: { message: mark } }),
  },
  {
    name: 'report',
    weight: 10,
    at: [...WORKING, 'paused'],
    tells: ['task:stage-changed', 'gate:required'],
    ask: (_, mark, random) => ({
      path: '/status',
      body: { status: random.pick(REPORTS), message: mark },
    }),
  },
  {
    name: 'approve early',
    weight: 1,
    at: WORKING,
    tells: ['gate:approved'],
    ask: decides('approve'),
  },
  {
    name: 'reject',
    weight: 1,
    at: ['waiting-approval'],
    tells: ['gate:rejected'],
    ask: decides('reject'),
  },
  {
    name: 'request changes',
    weight: 3,
    at: ['waiting-approval'],
    tells: ['gate:changes-requested'],
    ask: decides('request-changes'),
  },
  {
    name: 'cancel',
    weight: 2,
    at: OPEN,
    tells: ['task:cancelled'],
    ask: (_, mark) => ({ path: '/cancel', body: { reason: mark } }),
  },
  {
    name: 'pause',
    weight: 3,
    at: WORKING,
    tells: ['task:paused'],
    ask: (_, mark) => ({ path: '/pause', body: { reason: mark } }),
  },
  {
    name: 'retry',
    weight: 15,
    at: ENDED,
    tells: ['task:retried'],
    ask: () => ({ path: '/retry', body: {} }),
    counts: () => true,
  },
];

/** All moves that make sense now. */
export const movesAt = (status: TaskStatus): readonly Move[] =>
  MOVES.filter(({ at }) => at.includes(status));

/** Makes a move and notes what became of it. False when nobody knows. */
export const makeMove = async (
  { api, ledger, report }: World,
  move: Move,
  target: { readonly task: Task; readonly mark: string; readonly random: Random },
): Promise<boolean> => {
  const { task, random } = target;
  const asked = move.ask(task, target.mark, random);
  if (asked === undefined) return true;
  const { path, body, mark = target.mark } = asked;
  const outcome = await api.send({ path: `/tasks/${task.id}${path}`, body });
  const standing = standingOf(outcome);
  report.addMove(move.name, outcome.kind);
  const fact = { taskId: task.id, what: move.name, types: move.tells, mark, standing };
  if (move.counts === undefined) ledger.note(fact);
  else if (outcome.kind !== 'acknowledged' || move.counts(outcome.body)) {
    for (const type of move.tells) ledger.tally(task.id, type, standing);
  }
  return outcome.kind === 'acknowledged' || outcome.kind === 'refused';
};
