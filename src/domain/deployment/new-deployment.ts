import {
  type DeploymentArtifact,
  type DeploymentRecord,
  TIMEOUT_SECONDS,
} from '../../contract/deployment.ts';
import type { ArtifactBody } from '../../contract/deployment-request.ts';
import { isoOf } from '../../contract/instant.ts';
import type { Facts } from './command.ts';
import { settled } from './promotion.ts';

interface Wanted
  extends Pick<
    DeploymentRecord,
    'id' | 'projectId' | 'environment' | 'release' | 'source' | 'createdBy' | 'requesters'
  > {
  readonly stages: readonly string[];
  readonly artifacts: readonly DeploymentArtifact[];
  readonly autoPromote?: boolean;
  readonly timeoutSeconds?: number;
  readonly lease?: DeploymentRecord['lease'];
}

export const newArtifact = (id: string, body: ArtifactBody, now: number): DeploymentArtifact => ({
  ...{ id, name: body.name, kind: body.kind, uri: body.uri, digest: body.digest },
  ...{ sizeBytes: body.sizeBytes, createdAt: isoOf(now), promotedAt: null },
});

/** A deployment that has just been opened. One without stages is ready, or live, at once. */
export function newDeployment(wanted: Wanted, facts: Facts): DeploymentRecord {
  const { now } = facts;
  const { autoPromote = true, timeoutSeconds = TIMEOUT_SECONDS, lease = null } = wanted;
  const record: DeploymentRecord = {
    ...wanted,
    state: 'pending',
    autoPromote,
    stages: wanted.stages.map((name) => ({
      ...{ name, state: 'pending', startedAt: null, finishedAt: null, summary: null, logUrl: null },
    })),
    artifacts: [...wanted.artifacts],
    failure: null,
    approval: null,
    timeoutSeconds,
    deadlineAt: isoOf(now + timeoutSeconds * 1_000),
    readyAt: null,
    promotedAt: null,
    promotedBy: null,
    supersededBy: null,
    createdAt: isoOf(now),
    startedAt: null,
    finishedAt: null,
    revision: 1,
    lease,
  };
  return wanted.stages.length > 0 ? record : settled({ ...record, startedAt: isoOf(now) }, facts);
}
