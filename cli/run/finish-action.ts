import { actionHash } from './action-hash.ts';
import type { ActionOutcome } from './action-outcome.ts';
import { type Job, type WorkOutcome, warn } from './job.ts';

/** Pushes what a commit or a merge moved; the act itself stands though that fails. */
export const finishAction = async (
  job: Job,
  { moved, effective, outputs = {}, ...outcome }: ActionOutcome,
  isPushed: boolean,
): Promise<WorkOutcome> => {
  const { repository } = job.bench;
  if (moved !== undefined && isPushed) {
    const complaint = await repository.push(moved);
    if (complaint !== undefined) warn(job, complaint);
  }
  const done = effective === undefined ? {} : { effectiveHash: actionHash(effective) };
  return { ...outcome, ...done, outputs };
};
