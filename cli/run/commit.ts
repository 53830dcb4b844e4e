import type { GateAction } from '../../src/contract/gate.ts';
import { type ActionOutcome, actionText, failed } from './action-outcome.ts';
import { treeOf } from './changes.ts';
import { cleanText } from './clean-text.ts';
import { complaintOf, git, identityArgs, tryGit } from './git.ts';
import type { Repository } from './repository.ts';

interface CommitRequest {
  readonly repository: Repository;
  readonly dir: string;
  readonly action: GateAction | undefined;
}

/** Commits exactly what the action names: that base, that tree. Anything else was approved by nobody. */
export const commitAction = async ({
  repository,
  dir,
  action,
}: CommitRequest): Promise<ActionOutcome> => {
  const branch = actionText(action, 'target', 'branch');
  const base = actionText(action, 'params', 'base');
  const tree = actionText(action, 'params', 'tree');
  const message = actionText(action, 'params', 'message');
  if (action?.type !== 'git.commit' || !branch || !base || !tree || !message) {
    return failed('action_unknown', 'The action names no base, tree, branch or message', false);
  }
  const head = await git(dir, ['rev-parse', '--verify', 'HEAD']);
  if (head !== base) {
    if (!(await isDone(dir, base, tree))) return mismatch('HEAD', head, base);
    return committed(dir, action, branch);
  }
  const on = (await tryGit(dir, ['symbolic-ref', '--short', '--quiet', 'HEAD'])).stdout.trim();
  if (on !== branch) return mismatch('the branch', on, branch);
  const present = await treeOf(repository, dir);
  if (present !== tree) return mismatch('the tree', present, tree);
  if ((await git(dir, ['rev-parse', 'HEAD^{tree}'])) === tree) {
    return {
      outcome: 'completed',
      summary: 'There is nothing to commit',
      outputs: { commit: head },
      effective: action,
    };
  }
  return commit({ repository, dir, action, branch, base, tree, message });
};

interface Commit {
  readonly repository: Repository;
  readonly dir: string;
  readonly action: GateAction;
  readonly branch: string;
  readonly base: string;
  readonly tree: string;
  readonly message: string;
}

const commit = async (job: Commit): Promise<ActionOutcome> => {
  const { repository, dir, action, branch, base, tree } = job;
  await repository.write(dir, ['add', '--all']);
  const identity = await identityArgs(dir);
  // Git refuses a NUL, and keeps a CR in the subject.
  const input = messageOf(job.message);
  const args = [...identity, 'commit', '--cleanup=whitespace', '-F', '-'];
  const answer = await repository.tryWrite(dir, args, { input });
  if (answer.code !== 0) return failed('commit_failed', `git commit: ${complaintOf(answer)}`, true);
  const made = await git(dir, ['rev-parse', 'HEAD^{tree}']);
  if (made === tree) return committed(dir, action, branch);
  // A hook changed what was approved; its version must not stay.
  await repository.write(dir, ['reset', '--soft', base]);
  return mismatch('the tree after the hooks', made, tree);
};

/** The commit of a work whose answer was lost: same parent, same tree. */
const isDone = async (dir: string, base: string, tree: string): Promise<boolean> => {
  const { stdout } = await tryGit(dir, ['rev-parse', 'HEAD^', 'HEAD^{tree}']);
  return stdout.trim() === `${base}\n${tree}`;
};

const messageOf = (text: string): string => cleanText(text).replace(/\r\n?/g, '\n');
const wordsOf = (text: string): string => text.split(/\s+/).join(' ').trim();

/** The commit at HEAD, and as what it was found there: a hook may have written another message. */
const committed = async (
  dir: string,
  action: GateAction,
  branch: string,
): Promise<ActionOutcome> => {
  const found = await git(dir, ['log', '-1', '--format=%H%n%P%n%T%n%B']);
  const [sha = '', base, tree, ...lines] = found.split('\n');
  const wanted = actionText(action, 'params', 'message') ?? '';
  const isAsAsked = wordsOf(lines.join('\n')) === wordsOf(messageOf(wanted));
  const message = isAsAsked ? wanted : lines.join('\n').trim();
  return {
    outcome: 'completed',
    summary: `Committed ${sha.slice(0, 12)} on ${branch}`,
    outputs: { commit: sha },
    moved: branch,
    effective: { ...action, params: { ...action.params, base, tree, message } },
  };
};

const mismatch = (what: string, found: string, wanted: string): ActionOutcome =>
  failed(
    'action_mismatch',
    `The commit was asked for ${wanted}, but ${what} is ${found || 'none'}`,
    true,
  );
