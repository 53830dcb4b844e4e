import type { GateAction } from '../../src/contract/gate.ts';
import { failedWork, type Job, type WorkOutcome } from './job.ts';

/** What this work is to do: as it was given, or as people have approved it, whose approval is used up by this. */
export const passGate = async (
  job: Job,
): Promise<{ readonly action: GateAction | undefined } | WorkOutcome> => {
  const { gateId, action, workId } = job.work;
  if (gateId === null || gateId === undefined) return { action };
  const use = await job.gates.use(gateId, workId);
  if (use.how === 'used') return { action: use.action };
  if (use.how === 'pending') return failedWork('lease_over', 'The lease ended at the gate', true);
  return failedWork(use.code, `The approval cannot be used: ${use.message}`, true);
};
