// Deployments in every state, and every call on them.

import { DEFAULT_APPROVAL } from '../../src/contract/approval.ts';
import type { DEPLOYMENT_STATES, DeploymentRecord } from '../../src/contract/deployment.ts';
import { type ApprovalRule, ruleOf } from '../../src/domain/approval.ts';
import type { DeploymentCommand, Facts, Place } from '../../src/domain/deployment/command.ts';
import { newArtifact, newDeployment } from '../../src/domain/deployment/new-deployment.ts';
import { decideDeployment } from '../../src/domain/deployment.ts';

export const NOW = Date.parse('2026-11-21T12:00:00.000Z');
export const ANN = { id: 'usr_ann', name: 'Ann', role: 'developer' } as const;
export const BOB = { id: 'usr_bob', name: 'Bob', role: 'developer' } as const;
export const MAKER = { id: 'usr_maker', name: 'Max', role: 'owner' } as const;

export const free: Place = { rule: null, currentDeploymentId: null };
export const rule = (fields: Partial<ApprovalRule> = {}): ApprovalRule => ({
  ...ruleOf(DEFAULT_APPROVAL, 3),
  ...fields,
});
export const guarded = (fields: Partial<ApprovalRule> = {}): Place => ({
  ...{ rule: rule(fields), currentDeploymentId: null },
});

export const factsAt = (after = 0, place: Place | null = free): Facts => ({
  ...{ now: NOW + after, place },
  standings: { [ANN.id]: ANN.role, [BOB.id]: BOB.role, [MAKER.id]: MAKER.role },
});

export const artifact = (n = 1) =>
  newArtifact(
    `art_${n}`,
    {
      ...{ name: 'web', kind: 'bundle', uri: 'x', sizeBytes: null },
      digest: `sha256:${String(n).padStart(64, '0')}`,
    },
    NOW,
  );

export function made(fields: Partial<Parameters<typeof newDeployment>[0]> = {}): DeploymentRecord {
  const source = {
    ...{ kind: 'ci' as const, taskId: null, deploymentId: null, repository: null },
    ...{ branch: null, commit: null, url: null },
  };
  const base = {
    id: 'dep_5',
    projectId: 'prj_1',
    environment: 'production',
    release: null,
    source,
  };
  const by = { createdBy: MAKER.id, requesters: [MAKER.id] };
  const work = { stages: ['build', 'test'], artifacts: [artifact()] };
  return newDeployment({ ...base, ...by, ...work, ...fields }, factsAt());
}

export const report = (
  stage: string,
  state: 'running' | 'succeeded' | 'failed' | 'skipped',
): DeploymentCommand => ({
  ...{ type: 'report-stage', stage, state, summary: null, logUrl: null, remediation: [] },
});
export const promote = (
  voter: typeof ANN | typeof BOB | typeof MAKER | null = ANN,
  force = false,
) => ({ type: 'promote', force, by: voter?.id ?? 'cli_ci', voter }) as const;
export const fail = (stage: string): DeploymentCommand => ({
  ...{ type: 'fail', stage, summary: 'x', remediation: [] },
});
export const add = (n: number): DeploymentCommand => ({
  ...{ type: 'add-artifact', artifact: artifact(n), requesters: ['cli_ci'] },
});
export const cancel: DeploymentCommand = { type: 'cancel', reason: null };
export const tick: DeploymentCommand = { type: 'tick' };
export const taskEnded = (status: 'completed' | 'failed' | 'cancelled'): DeploymentCommand => ({
  ...{ type: 'end-with-task', status, error: null },
});

/** After these commands, each of which has to be allowed. */
export function having(
  record: DeploymentRecord,
  commands: readonly DeploymentCommand[],
  facts = factsAt(),
): DeploymentRecord {
  return commands.reduce((now, command) => {
    const decided = decideDeployment(now, command, facts);
    if (!decided.ok) throw new Error(`${command.type}: ${decided.refusal.message}`);
    return decided.value;
  }, record);
}

const done = [report('build', 'succeeded'), report('test', 'succeeded')];

/** One of each state; that which is ready waits for `promote`. */
export const EACH: Readonly<Record<(typeof DEPLOYMENT_STATES)[number], DeploymentRecord>> = {
  pending: made(),
  running: having(made(), [report('build', 'running')]),
  ready: having(made({ autoPromote: false }), done),
  succeeded: having(made(), done),
  failed: having(made(), [report('build', 'failed')]),
  cancelled: having(made(), [cancel]),
};
