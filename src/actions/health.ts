import { ok, type Result } from '../contract/error.ts';
import type { DaemonHealth } from '../contract/health.ts';
import { projectObject } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';
import { targetProject } from './target.ts';

/** How the runners of a project are doing; null if none is connected. */
export async function readHealth(
  ask: Ask,
  projectId: string | undefined,
): Promise<Result<DaemonHealth | null>> {
  const project = await targetProject(ask, projectId);
  if (!project.ok) return project;
  return ok(await projectObject(ask.env, project.value.id).readHealth());
}
