// The merge of a task, made in a work tree of its own, so that nobody's files move before it is done.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { GateAction } from '../../src/contract/gate.ts';
import { type ActionOutcome, actionText, failed } from './action-outcome.ts';
import { commitOf, complaintOf, git, identityArgs, tryGit } from './git.ts';
import { mergeMessage } from './merge-message.ts';
import type { Repository } from './repository.ts';

const MERGES_SEARCHED_MAX = 1_000;
/** How often a base that moved during the merge is merged anew before the task is told. */
const TRIES_MAX = 5;

interface Merge {
  readonly repository: Repository;
  readonly branch: string;
  readonly into: string;
  readonly message: string;
  readonly wantedHead: string | undefined;
}

interface MergeRequest {
  readonly repository: Repository;
  readonly action: GateAction | undefined;
  readonly description: string;
  readonly tell: (notice: string) => void;
  /** The commit that was checked: nothing else is merged. */
  readonly head?: string;
}

/** What a merge would bring into its base; undefined where it was brought before, or cannot be. */
export const headToMerge = async (
  repository: Repository,
  action: GateAction | undefined,
): Promise<string | undefined> => {
  const target = targetOf(action);
  if (target === undefined) return undefined;
  const head = await commitOf(repository.gitDir, `refs/heads/${target.branch}`);
  if (head === undefined) return undefined;
  const { commit } = await repository.base(target.into);
  return (await mergeOf(repository, head, commit)) === undefined ? head : undefined;
};

/** Merges the branch of a task into its base; repeated after a lost answer, it changes nothing. */
export const mergeAction = async (request: MergeRequest): Promise<ActionOutcome> => {
  const { repository, action } = request;
  const target = targetOf(action);
  if (target === undefined) {
    const message = 'The action names no branch to merge, or none to merge into';
    return failed('action_unknown', message, false);
  }
  const { branch, into: wanted } = target;
  const strategy = actionText(action, 'params', 'strategy') ?? 'merge';
  if (strategy !== 'merge') {
    return failed('strategy_unknown', `This runner does not know the strategy ${strategy}`, false);
  }
  const message = mergeMessage(branch, request.description);
  for (let tries = 1; ; tries += 1) {
    const base = await repository.base(wanted);
    if (base.notice !== undefined && tries === 1) request.tell(base.notice);
    if (base.branch === undefined) {
      return failed('base_missing', `There is no branch ${wanted} to merge into`, false);
    }
    const job = { repository, branch, into: base.branch, message, wantedHead: request.head };
    const outcome = withEffective(await merge(job, base.commit), action, base.branch);
    // Somebody was faster: that commit is the base of the next try.
    if (outcome.error?.code !== 'base_moved' || tries === TRIES_MAX) return outcome;
  }
};

/** What was merged into which branch, whichever was asked for. */
const withEffective = (
  outcome: ActionOutcome,
  action: GateAction | undefined,
  into: string,
): ActionOutcome =>
  outcome.outcome === 'completed' && action !== undefined
    ? { ...outcome, effective: { ...action, target: { ...action.target, into } } }
    : outcome;

const targetOf = (action: GateAction | undefined): { branch: string; into: string } | undefined => {
  const branch = actionText(action, 'target', 'branch');
  const into = actionText(action, 'target', 'into');
  if (action?.type !== 'git.merge' || branch === undefined || into === undefined) return undefined;
  return { branch, into };
};

const merge = async (job: Merge, baseCommit: string): Promise<ActionOutcome> => {
  const { repository, branch, into, wantedHead } = job;
  const head = await commitOf(repository.gitDir, `refs/heads/${branch}`);
  if (head === undefined)
    return failed('branch_missing', `There is no branch ${branch} here`, true);
  if (wantedHead !== undefined && head !== wantedHead) {
    return failed('branch_moved', `${branch} is not any more the commit that was checked`, true);
  }
  const { code } = await tryGit(repository.gitDir, [
    'merge-base',
    '--is-ancestor',
    head,
    baseCommit,
  ]);
  if (code === 0) return mergedBefore(job, head, baseCommit);

  const checkout = await checkoutOf(repository, into);
  if (checkout !== undefined && !(await isClean(repository, checkout)))
    return dirty(into, checkout);
  const made = await makeMerge(job, { head, baseCommit });
  if (typeof made !== 'string') return made;
  return moveBase(job, { from: baseCommit, to: made });
};

const mergedBefore = async (
  job: Merge,
  head: string,
  baseCommit: string,
): Promise<ActionOutcome> => {
  const sha = await mergeOf(job.repository, head, baseCommit);
  if (sha !== undefined) return done(job, sha, 'was merged before');
  return {
    outcome: 'completed',
    summary: `Nothing to merge: ${job.branch} has no commit that ${job.into} lacks`,
  };
};

/** The merge commit on the way to the base that brought this head, if there is one. */
const mergeOf = async (
  { gitDir }: Repository,
  head: string,
  baseCommit: string,
): Promise<string | undefined> => {
  const listing = await git(gitDir, [
    'rev-list',
    '--first-parent',
    '--merges',
    '--parents',
    `--max-count=${MERGES_SEARCHED_MAX}`,
    baseCommit,
  ]);
  for (const line of listing.split('\n')) {
    const [sha = '', , ...merged] = line.split(' ');
    if (merged.includes(head)) return sha;
  }
  return undefined;
};

/** The merge commit, made in a detached work tree; nothing points to it yet. */
const makeMerge = async (
  job: Merge,
  { head, baseCommit }: { head: string; baseCommit: string },
): Promise<string | ActionOutcome> => {
  const { repository } = job;
  const { gitDir } = repository;
  const temporary = await mkdtemp(path.join(tmpdir(), 'sluice-merge-'));
  const tree = path.join(temporary, 'tree');
  const messageFile = path.join(temporary, 'message');
  try {
    await writeFile(messageFile, job.message);
    await repository.write(gitDir, ['worktree', 'add', '--detach', tree, baseCommit]);
    const identity = await identityArgs(gitDir);
    const args = [...identity, 'merge', '--no-ff', '--no-edit', '-F', messageFile, head];
    const answer = await repository.tryWrite(tree, args);
    if (answer.code === 0) return await git(tree, ['rev-parse', '--verify', 'HEAD']);
    const unmerged = await repository.write(tree, ['diff', '--name-only', '--diff-filter=U', '-z']);
    const files = unmerged.split('\0').filter((file) => file !== '');
    if (files.length === 0)
      return failed('merge_failed', `git merge: ${complaintOf(answer)}`, true);
    return failed(
      'merge_conflict',
      `${job.branch} conflicts with ${job.into} in: ${files.join(', ')}`,
      false,
    );
  } finally {
    await tryGit(gitDir, ['worktree', 'remove', '--force', tree]);
    await rm(temporary, { recursive: true, force: true });
    await tryGit(gitDir, ['worktree', 'prune']);
  }
};

/** Moves the base branch, and the files of the checkout that is on it, if there is one. */
const moveBase = async (job: Merge, move: { from: string; to: string }): Promise<ActionOutcome> => {
  const { repository, into } = job;
  const checkout = await checkoutOf(repository, into);
  if (checkout === undefined) {
    const ref = `refs/heads/${into}`;
    const answer = await repository.tryWrite(repository.gitDir, [
      'update-ref',
      '-m',
      'sluice: merge',
      ref,
      move.to,
      move.from,
    ]);
    if (answer.code !== 0)
      return failed('base_moved', `${into} moved meanwhile: ${complaintOf(answer)}`, true);
    return done(job, move.to, 'is merged');
  }
  if (!(await isClean(repository, checkout))) return dirty(into, checkout);
  const answer = await repository.tryWrite(checkout, ['merge', '--ff-only', move.to]);
  if (answer.code !== 0) {
    return failed(
      'base_moved',
      `${into} in ${checkout} could not be moved: ${complaintOf(answer)}`,
      true,
    );
  }
  return done(job, move.to, 'is merged');
};

const checkoutOf = async (repository: Repository, branch: string): Promise<string | undefined> => {
  for (const [dir, on] of await repository.checkouts()) if (on === branch) return dir;
  return undefined;
};

const isClean = async (repository: Repository, checkout: string): Promise<boolean> =>
  (await repository.write(checkout, ['status', '--porcelain', '--untracked-files=no'])) === '';

const dirty = (into: string, checkout: string): ActionOutcome =>
  failed(
    'checkout_dirty',
    `${into} is checked out in ${checkout} with uncommitted changes: commit or stash them`,
    true,
  );

const done = (job: Merge, sha: string, how: string): ActionOutcome => ({
  outcome: 'completed',
  summary: `${job.branch} ${how} into ${job.into} as ${sha.slice(0, 12)}`,
  outputs: { merge: sha },
  moved: job.into,
});
