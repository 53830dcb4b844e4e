// What the main branch of the repository must look like, whoever was killed while working on it.
import type { TaskEvent } from '../../../src/contract/event.ts';
import type { Task } from '../../../src/contract/task.ts';
import type { Violation } from '../report.ts';
import type { Commit } from '../scratch-repository.ts';

interface Main {
  readonly commits: readonly Commit[];
  readonly merges: readonly Commit[];
}

/** What people have had done again is committed and merged again. */
const isRepeatedByPeople = (log: readonly TaskEvent[]): boolean =>
  log.some(
    (event) =>
      event.type === 'gate:changes-requested' ||
      (event.type === 'task:retried' && !event.data.automatic),
  );

/** What the runners have said that they made. */
const saidOf = (log: readonly TaskEvent[], kind: 'commit' | 'merge'): readonly string[] =>
  log.flatMap((event) => {
    if (event.type !== 'work:finished' || event.data.kind !== kind) return [];
    return event.data.outcome === 'completed' ? (event.data.outputs?.[kind] ?? []) : [];
  });

/** A task is merged once, each of its stages is in it once, and what was said to be made is there. */
export const checkMerged = (
  main: Main,
  task: Pick<Task, 'id' | 'branchName'> & { readonly parentTaskId?: string | undefined },
  log: readonly TaskEvent[],
): readonly Violation[] => {
  if (isRepeatedByPeople(log)) return [];
  const taskId = task.id;
  const own = main.commits.filter((commit) => commit.taskId === taskId);
  const stages = own.map(({ stage }) => stage);
  const twice = stages.filter((stage, index) => stages.indexOf(stage) !== index);
  const merges = main.merges.filter(({ subject }) =>
    subject.startsWith(`Merge ${task.branchName}`),
  );
  const there = new Set([...main.commits, ...main.merges].map(({ sha }) => sha));
  const merged = saidOf(log, 'merge');
  // A subtask is merged into its parent's branch, which may never come to the main one.
  const isOnMain = merged.length > 0 && task.parentTaskId === undefined;
  const said = isOnMain ? [...saidOf(log, 'commit'), ...merged] : [];
  const missing = said.filter((sha) => !there.has(sha));
  return [
    ...twice.map((stage) => ({
      taskId,
      what: `the commit of ${stage} is on main twice`,
      evidence: JSON.stringify(own),
    })),
    ...(merges.length > 1
      ? [{ taskId, what: 'is merged more than once', evidence: JSON.stringify(merges) }]
      : []),
    ...missing.map((sha) => ({ taskId, what: 'a commit of it is not on main', evidence: sha })),
  ];
};
