import { treeOf } from './changes.ts';
import { git } from './git.ts';
import { failedWork, type Job, type WorkOutcome, warn } from './job.ts';

interface Checked {
  readonly tree: string;
  /** The commit that is to be checked. */
  readonly head: string;
  readonly isFirst: boolean;
}

/**
 * Makes the tree hold what is on the branch. What a check makes beside it (a build) stays for the next one;
 * what it changes of it (a linter that mends) does not, since that is not what will be merged.
 */
export const restoreTree = async (
  job: Job,
  { tree, head, isFirst }: Checked,
): Promise<WorkOutcome | undefined> => {
  const { repository } = job.bench;
  return repository.alone(async () => {
    const on = await git(tree, ['rev-parse', '--verify', 'HEAD']);
    if (on !== head) {
      const message = `The merge is of ${head}, but the work tree stands on ${on}`;
      return failedWork('branch_moved', message, true);
    }
    if (isFirst) await clean(job, tree);
    await repository.write(tree, ['reset', '-q', '--hard']);
    return undefined;
  });
};

/** What the stages left and nobody committed was approved by nobody; ignored files stay. */
const clean = async (job: Job, tree: string): Promise<void> => {
  const { repository } = job.bench;
  const present = await treeOf(repository, tree);
  if (present === (await git(tree, ['rev-parse', 'HEAD^{tree}']))) return;
  warn(job, `The work tree held changes of no commit; git keeps them for a while as ${present}.`);
  await repository.write(tree, ['clean', '-q', '-f', '-d']);
};
