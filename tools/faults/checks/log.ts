// What must hold of the log of a task, whatever happened to it. Pure: facts and events in, violations out.
import type { TaskEvent } from '../../../src/contract/event.ts';
import type { Fact, Tally } from '../ledger.ts';
import { endOf, keyOf, markOf, readSaid, sayUnder } from '../marks.ts';
import type { Violation } from '../report.ts';

type Log = readonly TaskEvent[];

/** What a task does by itself with its subtasks, or they with it, nobody has asked for. */
const BY_FAMILY: ReadonlySet<string> = new Set(['task:resumed', 'task:retried']);
const AGAIN: ReadonlySet<string> = new Set(['task:retried', 'task:restored', 'task:resumed']);
const ENDS: ReadonlySet<string> = new Set(['task:completed', 'task:failed', 'task:cancelled']);

const found = (taskId: string, what: string, evidence: unknown): Violation => ({
  taskId,
  what,
  evidence: typeof evidence === 'string' ? evidence : JSON.stringify(evidence),
});

/** `seq` is 1, 2, 3 … without a hole. */
export const findGaps = (taskId: string, log: Log): readonly Violation[] => {
  const at = log.findIndex(({ seq }, index) => seq !== index + 1);
  if (at === -1) return [];
  const around = log.slice(Math.max(0, at - 2), at + 2).map(({ seq, type }) => ({ seq, type }));
  return [found(taskId, `the log has another seq than ${at + 1} at its place`, around)];
};

const tellsOf = (log: Log, { types, mark }: Fact): Log =>
  log.filter((event) => types.includes(event.type) && markOf(event) === mark);

/** What was acknowledged is there; what was refused is not. */
export const findUnkept = (
  taskId: string,
  log: Log,
  facts: readonly Fact[],
): readonly Violation[] =>
  facts.flatMap((fact) => {
    const told = tellsOf(log, fact);
    if (fact.standing === 'acknowledged' && told.length === 0) {
      return [found(taskId, `${fact.what} was acknowledged and is not in the log`, fact)];
    }
    if (fact.standing !== 'refused' || told.length === 0) return [];
    return [found(taskId, `${fact.what} was refused and is in the log`, told)];
  });

const hasFamily = (log: Log): boolean =>
  log.some(
    (event) =>
      event.type === 'subtask:created' ||
      (event.type === 'task:created' && event.data.parentTaskId !== undefined),
  );

export const findMiscounted = (
  taskId: string,
  log: Log,
  tallies: readonly Tally[],
): readonly Violation[] =>
  tallies.flatMap((tally) => {
    const { type, acknowledged, inDoubt } = tally;
    const told = log.filter(
      (event) => event.type === type && !(event.type === 'task:retried' && event.data.automatic),
    );
    const isFree = BY_FAMILY.has(type) && hasFamily(log);
    const most = isFree ? Number.POSITIVE_INFINITY : acknowledged + inDoubt;
    if (told.length >= acknowledged && told.length <= most) return [];
    const what = `${type} is in the log ${told.length} times`;
    return [found(taskId, what, { acknowledged, inDoubt, at: told.map(({ seq }) => seq) })];
  });

/** Nothing that bears a mark happened twice. */
export const findRepeated = (taskId: string, log: Log): readonly Violation[] => {
  const first = new Map<string, number>();
  return log.flatMap((event) => {
    const key = keyOf(event);
    if (key === undefined) return [];
    const name = `${event.type} ${key}`;
    const before = first.get(name);
    first.set(name, before ?? event.seq);
    return before === undefined
      ? []
      : [found(taskId, `${name} is there twice`, [before, event.seq])];
  });
};

/** An attempt ends once. */
export const findSecondEnds = (taskId: string, log: Log): readonly Violation[] => {
  let ended: TaskEvent | undefined;
  return log.flatMap((event) => {
    if (AGAIN.has(event.type)) ended = undefined;
    if (!ENDS.has(event.type)) return [];
    const before = ended;
    ended = event;
    if (before === undefined) return [];
    return [
      found(taskId, 'an attempt ended twice', [before.seq, before.type, event.seq, event.type]),
    ];
  });
};

/** What is said under a lease or a work stands between its begin and its end, numbered without a hole. */
export const findUnfenced = (taskId: string, log: Log): readonly Violation[] => {
  const open = new Map<string, number>();
  return log.flatMap((event) => {
    if (event.type === 'lease:acquired') open.set(event.data.leaseId, 0);
    if (event.type === 'work:given') open.set(event.data.workId, 0);
    if (event.type === 'work:finished') open.delete(event.data.workId);
    if (event.type === 'lease:ended') open.clear();
    const said = event.type === 'log:entry' ? readSaid(event.data.message) : undefined;
    if (said === undefined) return [];
    const last = open.get(said.name);
    if (last === undefined) {
      return [found(taskId, `${said.name} was not at work, and wrote`, event)];
    }
    open.set(said.name, said.n);
    if (said.n === last + 1) return [];
    return [found(taskId, `after number ${last} of ${said.name} comes ${said.n}`, event)];
  });
};

/** A task has one holder at a time, and each has a higher epoch than the one before. */
export const findDoubleOwned = (taskId: string, log: Log): readonly Violation[] => {
  let holder: string | undefined;
  let epoch = 0;
  return log.flatMap((event) => {
    if (event.type === 'lease:ended') holder = undefined;
    if (event.type !== 'lease:acquired') return [];
    const before = { holder, epoch };
    const isSecond = holder !== undefined || event.data.epoch <= epoch;
    holder = event.data.leaseId;
    epoch = event.data.epoch;
    return isSecond ? [found(taskId, 'is owned twice', { before, after: event.data })] : [];
  });
};

/** An agent that came to its end says so in its last line: without it, lines before the result are lost. */
export const findUntold = (taskId: string, log: Log): readonly Violation[] => {
  const told = new Set<string>();
  return log.flatMap((event) => {
    if (event.type === 'log:entry') told.add(event.data.message);
    if (event.type !== 'work:finished' || event.data.kind !== 'stage') return [];
    const { workId, outcome } = event.data;
    if (outcome !== 'completed' || told.has(endOf(workId)) || !saysEnd(told, workId)) return [];
    return [found(taskId, `the last line of ${workId} is lost`, event)];
  });
};

/** Only agents that are real processes say that they have come to their end. */
const saysEnd = (told: ReadonlySet<string>, workId: string): boolean =>
  told.has(sayUnder(workId, 1));

/** All of it, for one task. */
export const checkLog = (
  taskId: string,
  log: Log,
  noted: { readonly facts: readonly Fact[]; readonly tallies: readonly Tally[] },
): readonly Violation[] => [
  ...findGaps(taskId, log),
  ...findUnkept(taskId, log, noted.facts),
  ...findMiscounted(taskId, log, noted.tallies),
  ...findRepeated(taskId, log),
  ...findSecondEnds(taskId, log),
  ...findUnfenced(taskId, log),
  ...findDoubleOwned(taskId, log),
  ...findUntold(taskId, log),
];
