// The short form of `npm run faults`, and each of its checks finding a planted fault.
import { describe, expect, it, onTestFailed } from 'vitest';
import type { TaskEvent } from '../../src/contract/event.ts';
import type { Task, TaskRow } from '../../src/contract/task.ts';
import { compareListing } from '../../tools/faults/checks/listing.ts';
import { checkLog } from '../../tools/faults/checks/log.ts';
import { checkMerged } from '../../tools/faults/checks/repository.ts';
import { isAtRest } from '../../tools/faults/checks/rest.ts';
import { compareStored } from '../../tools/faults/checks/stored.ts';
import type { Fact } from '../../tools/faults/ledger.ts';
import type { LoadSize } from '../../tools/faults/load.ts';
import { endOf, sayUnder } from '../../tools/faults/marks.ts';
import { runFaults } from '../../tools/faults/run.ts';

const SEED = 20_261_121;
const LOAD: LoadSize = {
  people: 4,
  scriptedRunners: 2,
  cliRunners: 1,
  tasksMax: 8,
  gitTasksMax: 2,
  watchersMax: 8,
  vanishShare: 0,
};

/** Every task is driven to its end, which takes longer on a busy machine. */
const TEST_MS_MAX = 240_000;

const run = async (plan: Parameters<typeof runFaults>[0]) => {
  const said: string[] = [];
  onTestFailed(() => console.error(said.join('\n')));
  const report = await runFaults(plan, (line) => said.push(line));
  expect(report.violations).toEqual([]);
  return report;
};

describe('faults, in short', () => {
  it(
    'three kills of the server in mid-load lose nothing that was acknowledged',
    async () => {
      const report = await run({ seed: SEED, server: { kills: 3, uptimeMs: 1_500, load: LOAD } });
      expect(report.count('kills of the server')).toBe(3);
      expect(report.count('acknowledged')).toBeGreaterThan(100);
      expect(report.count('connections of watchers')).toBeGreaterThan(
        report.count('watchers checked'),
      );
    },
    TEST_MS_MAX,
  );

  it(
    'an outage of D1 refuses no write, and the listing catches up',
    async () => {
      const load = { ...LOAD, cliRunners: 0 };
      const report = await run({ seed: SEED, d1: { outageMs: 3_000, load } });
      expect(report.count('writes without D1')).toBeGreaterThan(20);
    },
    TEST_MS_MAX,
  );

  it(
    'runners and server are killed, frozen, cut off and heard twice: each task ends once, with all of its lines',
    async () => {
      const fleet = { tasks: 10, runners: 3, forMs: 12_000, uptimeMs: 8_000 };
      const report = await run({ seed: SEED, fleet });
      expect(report.count('merges on main')).toBe(10);
    },
    TEST_MS_MAX,
  );
});

const ID = 'task_1_00000000000000000000';

/** Events of a log, numbered; only what the checks read stands in them. */
const logOf = (...events: readonly (readonly [type: string, data?: object])[]) =>
  events.map(([type, data = {}], index) => ({
    type,
    seq: index + 1,
    data,
  })) as unknown as TaskEvent[];

const said = (name: string, n: number) => ['log:entry', { message: sayUnder(name, n) }] as const;
const LEASED = ['lease:acquired', { leaseId: 'lse_1', epoch: 1 }] as const;
const LEASED_AGAIN = ['lease:acquired', { leaseId: 'lse_2', epoch: 2 }] as const;
const GIVEN = ['work:given', { workId: 'wrk_1' }] as const;
const DONE = ['work:finished', { workId: 'wrk_1', kind: 'stage', outcome: 'completed' }] as const;
const LEASE_ENDED = ['lease:ended', { leaseId: 'lse_1' }] as const;

const fact = (standing: Fact['standing']): Fact => ({
  taskId: ID,
  what: 'log',
  types: ['log:entry'],
  mark: '~hello',
  standing,
});

const whatOf = (
  log: readonly TaskEvent[],
  facts: readonly Fact[] = [],
  tallies: Parameters<typeof checkLog>[2]['tallies'] = [],
) => checkLog(ID, log, { facts, tallies }).map(({ what }) => what);

describe('a log with a planted fault', () => {
  const HELLO = ['log:entry', { message: '~hello' }] as const;
  const RESUMED = { taskId: ID, type: 'task:resumed', acknowledged: 1, inDoubt: 1 } as const;

  it.each<[string, readonly string[], RegExp]>([
    ['a hole', whatOf(logOf(HELLO, ['task:queued']).slice(1)), /another seq than 1/],
    ['a lost write', whatOf(logOf(), [fact('acknowledged')]), /acknowledged and is not/],
    ['a refused write', whatOf(logOf(HELLO), [fact('refused')]), /refused and is in the log/],
    ['a write done twice', whatOf(logOf(HELLO, HELLO)), /is there twice/],
    ['a count too low', whatOf(logOf(), [], [RESUMED]), /task:resumed is in the log 0 times/],
    [
      'a count too high',
      whatOf(logOf(['task:resumed'], ['task:resumed'], ['task:resumed']), [], [RESUMED]),
      /task:resumed is in the log 3 times/,
    ],
    ['a second end', whatOf(logOf(['task:completed'], ['task:failed'])), /ended twice/],
    ['a zombie', whatOf(logOf(LEASED, LEASE_ENDED, said('lse_1', 1))), /was not at work/],
    ['a second owner', whatOf(logOf(LEASED, LEASED_AGAIN)), /is owned twice/],
    ['an epoch again', whatOf(logOf(LEASED_AGAIN, LEASE_ENDED, LEASED)), /is owned twice/],
    ['a last line lost', whatOf(logOf(GIVEN, said('wrk_1', 1), DONE)), /last line of wrk_1/],
    ['a line lost', whatOf(logOf(LEASED, said('lse_1', 1), said('lse_1', 3))), /comes 3/],
  ])('%s is found', (_name, found, what) => {
    expect(found).toEqual([expect.stringMatching(what)]);
  });

  it('and one without passes, whatever is in doubt', () => {
    const log = logOf(LEASED, said('lse_1', 1), said('lse_1', 2), LEASE_ENDED, ['task:failed']);
    const again = logOf(
      ['task:completed'],
      ['task:retried', { automatic: false }],
      ['task:failed'],
    );
    expect(whatOf(log, [fact('in-doubt')])).toEqual([]);
    expect(whatOf(logOf(HELLO), [fact('in-doubt'), fact('acknowledged')])).toEqual([]);
    expect(whatOf(logOf(['task:resumed']), [], [RESUMED])).toEqual([]);
    expect(whatOf(again)).toEqual([]);
    const whole = ['log:entry', { message: endOf('wrk_1') }] as const;
    expect(whatOf(logOf(GIVEN, said('wrk_1', 1), whole, DONE))).toEqual([]);
    expect(whatOf(logOf(LEASED, LEASE_ENDED, LEASED_AGAIN))).toEqual([]);
  });
});

describe('a task that nobody is waited for', () => {
  const REPORT = ['task:stage-changed', { message: 'mine' }] as const;
  const EXECUTES = ['task:stage-changed', { executes: true }] as const;
  const of = (status: Task['status'], more: Partial<Task> = {}) =>
    ({ status, blockedBy: [], subtaskIds: [], ...more }) as unknown as Task;
  const split = of('in-progress', { subtaskIds: ['sub'] });
  const blocked = of('pending', { blockedBy: ['dep'] });
  const leased = of('in-progress', { lease: { leaseId: 'lse_1' } as Task['lease'] & object });

  it.each<[string, Task, readonly TaskEvent[], Record<string, Task>, boolean]>([
    ['in the queue', of('queued'), logOf(REPORT), {}, false],
    ['under a lease', leased, logOf(LEASED), {}, false],
    ['at work after its lease', of('planning'), logOf(REPORT, LEASED, LEASE_ENDED), {}, false],
    ['at work since ever', of('in-progress'), logOf(), {}, false],
    ['at work, as somebody reported', of('planning'), logOf(LEASED, REPORT), {}, true],
    ['pending for nothing', of('pending'), logOf(), {}, false],
    ['pending since it was restored', of('pending'), logOf(['task:restored']), {}, true],
    ['pending for an open task', blocked, logOf(), { dep: of('queued') }, true],
    ['pending for a completed task', blocked, logOf(), { dep: of('completed') }, false],
    ['with a subtask at work', split, logOf(EXECUTES), { sub: of('queued') }, true],
    ['with a subtask never begun', split, logOf(EXECUTES), { sub: of('pending') }, false],
    ['with no subtask left', split, logOf(EXECUTES), { sub: of('completed') }, false],
    ['at a gate', of('waiting-approval'), logOf(), {}, true],
    ['cancelled', of('cancelled'), logOf(), {}, true],
  ])('%s is told from one at rest', (_name, task, log, family, atRest) => {
    expect(isAtRest(task, log, new Map(Object.entries(family)))).toBe(atRest);
  });
});

describe('a listing with a planted fault', () => {
  const row = { id: ID, status: 'completed', updatedAt: 'now' } as TaskRow;
  const task = { ...row, seq: 7, logs: [], subtaskIds: [] } as unknown as Task;
  const find = (rows: readonly TaskRow[], tasks: readonly Task[]) =>
    compareListing(rows, tasks).map(({ what }) => what);

  it.each<[string, readonly string[], RegExp]>([
    ['a missing row', find([], [task]), /not in the listing/],
    ['an unknown row', find([row], []), /listed and unknown/],
    ['an old status', find([{ ...row, status: 'queued' }], [task]), /another status/],
    ['a member too many', find([{ ...row, pausedAt: 'now' }], [task]), /another pausedAt/],
    ['a member too few', find([row], [{ ...task, error: 'x' }]), /another error/],
    ['a row that is there twice', find([row, row], [task]), /a task twice/],
  ])('%s is found', (_name, found, what) => {
    expect(found).toEqual([expect.stringMatching(what)]);
  });

  it('and one without passes', () => {
    expect(find([row], [task])).toEqual([]);
  });
});

describe('a store with a planted fault', () => {
  it('a task that is listed nowhere is found, and one that is lost', () => {
    const found = compareStored(['stray', 'both'], ['both', 'lost']);
    expect(found.map(({ taskId }) => taskId)).toEqual(['stray', 'lost']);
  });
});

describe('a repository with a planted fault', () => {
  const task = { id: ID, branchName: 'apex/1' };
  const commit = { sha: 'c1', subject: 'fix', taskId: ID, stage: 'fix' };
  const merge = { sha: 'm1', subject: 'Merge apex/1: It' };
  const did = (kind: string, sha: string) =>
    [
      'work:finished',
      { workId: sha, kind, outcome: 'completed', outputs: { [kind]: sha } },
    ] as const;
  const log = logOf(did('commit', 'c1'), did('merge', 'm1'));
  const find = (main: Parameters<typeof checkMerged>[0]) =>
    checkMerged(main, task, log).map(({ what }) => what);

  it.each<[string, readonly string[], RegExp]>([
    [
      'a stage that is committed twice',
      find({ commits: [commit, { ...commit, sha: 'c2' }], merges: [merge] }),
      /commit of fix is on main twice/,
    ],
    [
      'a second merge',
      find({ commits: [commit], merges: [merge, { ...merge, sha: 'm2' }] }),
      /merged more than once/,
    ],
    ['a commit that is gone', find({ commits: [], merges: [merge] }), /not on main/],
    ['a merge that is gone', find({ commits: [commit], merges: [] }), /not on main/],
  ])('%s is found', (_name, found, what) => {
    expect(found).toEqual([expect.stringMatching(what)]);
  });

  it('and one without passes', () => {
    expect(find({ commits: [commit], merges: [merge] })).toEqual([]);
  });
});
