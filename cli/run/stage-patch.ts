// What a stage has changed and no commit holds yet goes to the server as a patch, from which another machine goes on.
import { createHash } from 'node:crypto';
import { type Job, type WorkOutcome, warn } from './job.ts';
import { applyPatch, isUntouched, makePatch } from './patch.ts';

const BYTES_MAX = 16_777_216;
const NAME_CHARS_MAX = 150;

/** A file's name made of a stage's. */
const patchName = (stage: string): string =>
  `${stage.replace(/[^\p{L}\p{N}._-]/gu, '_').slice(0, NAME_CHARS_MAX)}.patch`;

/** Leaves the patch of a stage that changed files, and names it in the outcome. Without one the work counts all the same. */
export const withPatch = async (job: Job, outcome: WorkOutcome): Promise<WorkOutcome> => {
  await job.artifacts.settled();
  const { changes } = outcome;
  if (changes?.base === undefined || changes.tree === undefined || changes.files === 0)
    return outcome;
  if (outcome.outcome === 'failed' || job.isOver()) return outcome;
  const { repository } = job.bench;
  const { base, tree } = changes;
  const content = await makePatch(repository, { base, tree }, BYTES_MAX);
  const name = patchName(job.work.stage);
  const problem =
    content === undefined
      ? `it is larger than ${BYTES_MAX} bytes`
      : await job.artifacts.put({ name, type: 'diff', content });
  if (content === undefined || problem !== undefined) {
    warn(job, `${name} was not kept, and no other machine can go on from here: ${problem}`);
    return outcome;
  }
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { ...outcome, changes: { ...changes, patch: { artifact: name, sha256 } } };
};

/** Before the first work of a lease: makes the tree hold what another machine has changed and not committed. */
export const bringPatch = async (job: Job, dir: string): Promise<void> => {
  const { patch } = job.grant.resume;
  if (!patch || job.work.workId !== job.grant.work.workId || job.work.kind === 'merge') return;
  const { repository } = job.bench;
  const { artifact, base, tree } = patch;
  // What was left here is this machine's own, and newer.
  if (!(await repository.alone(() => isUntouched(repository, dir, base)))) return;
  const content = await job.artifacts.get(artifact, patch.sha256);
  const isThere =
    content !== undefined &&
    (await repository.alone(() => applyPatch(repository, dir, { base, tree, patch: content })));
  const message = isThere
    ? `The work tree goes on from ${artifact}, which another runner left.`
    : `${artifact} could not be put onto this work tree: what it holds is done again.`;
  job.outbox.push('log:entry', {
    level: isThere ? 'info' : 'warn',
    message,
    stage: job.work.stage,
  });
};
