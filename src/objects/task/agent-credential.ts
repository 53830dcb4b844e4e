import { mintAgentToken } from '../../auth/agent-token.ts';
import type { Signer } from '../../auth/signing-keys.ts';
import type { TaskState } from '../../domain/task.ts';

/** A token that has less left than this is replaced. */
const RENEW_MS = 300_000;

export const needsRenewal = (expiresAt: number, now: number): boolean => expiresAt - now < RENEW_MS;

/** The credential of the agent at work under the present lease: this task, this attempt, this epoch. */
export async function agentCredential(
  by: { readonly env: Env; readonly signer: Signer },
  state: TaskState,
  now: number,
): Promise<{ agentToken: string; agentTokenExpiresAt: string }> {
  const { token, expiresAt } = await mintAgentToken(
    by,
    {
      taskId: state.id,
      attempt: state.attempt,
      epoch: state.epoch,
      projectId: state.projectId,
      runnerId: state.lease?.runnerId ?? '',
      initiator: state.createdBy,
    },
    now,
  );
  return { agentToken: token, agentTokenExpiresAt: expiresAt };
}
