import { ARTIFACT_BYTES_MAX, ARTIFACTS_MAX, TASK_BYTES_MAX } from '../../contract/artifact.ts';
import { ok, type Result, refuse } from '../../contract/error.ts';
import { artifactOf, keptBytes } from '../artifacts.ts';
import type { AddArtifact } from '../command.ts';
import type { Decision } from '../draft.ts';
import type { TaskState } from '../task.ts';
import { fenceHolder } from './fence.ts';

const TOO_LARGE = `An artifact must be ${ARTIFACT_BYTES_MAX} bytes or less; name a larger one by its url.`;
const TASK_FULL = `The artifacts of a task must be ${TASK_BYTES_MAX} bytes or less.`;

/** Who holds the task, or its agent, leaves something behind. The same bytes again are no new version. */
export function decideArtifact(state: TaskState, command: AddArtifact): Result<Decision> {
  // An agent's credential was looked at before: it carries its epoch.
  const fenced = command.actor.task === undefined ? fenceHolder(state, command) : ok(null);
  if (!fenced.ok) return fenced;
  const { artifacts = [] } = state;
  const { bytes, name, sha256, url } = command.artifact;
  const before = artifactOf(artifacts, name);
  if (before?.sha256 === sha256 && before.url === url) return ok({ drafts: [] });
  if (artifacts.length >= ARTIFACTS_MAX) {
    return refuse('limit_reached', `A task has at most ${ARTIFACTS_MAX} artifacts.`);
  }
  if (url === undefined) {
    if (bytes > ARTIFACT_BYTES_MAX) return refuse('too_large', TOO_LARGE);
    const all = keptBytes(artifacts) + command.underWay + bytes;
    if (all > TASK_BYTES_MAX) return refuse('too_large', TASK_FULL);
  }
  const artifact = {
    ...command.artifact,
    version: (before?.version ?? 0) + 1,
    createdAt: new Date(command.now).toISOString(),
  };
  return ok({ drafts: [{ type: 'artifact:added', data: { artifact } }] });
}
