import { ok, type Result, refuse } from '../contract/error.ts';
import { sightOf } from '../contract/feed.ts';
import { scopesIn } from '../contract/principal.ts';
import { WATCHER_HEADER } from '../contract/watcher.ts';
import type { Ask } from './ask.ts';
import { registerSocket, watcherOf } from './close-sockets.ts';
import { checkWhole } from './environment.ts';
import { protocolOf, speak } from './socket-protocol.ts';
import { targetProject } from './target.ts';

const HEALTH_PATH = '/stream/health';

/** Hands a WebSocket upgrade to the project's object. A wrong cursor is refused before the upgrade. */
export async function openBoard(
  ask: Ask,
  projectId: string | undefined,
  request: Request,
): Promise<Result<Response>> {
  const project = await targetProject(ask, projectId);
  if (!project.ok) return project;
  // The health of the runners is of the whole project; the feed shows what the credential is for.
  const isHealth = new URL(request.url).pathname === HEALTH_PATH;
  const whole = isHealth ? checkWhole(ask) : ok(null);
  if (!whole.ok) return whole;
  const object = ask.env.PROJECT.getByName(project.value.id);
  const watcher = watcherOf(ask);
  // The object finds them by the project too, when that is deleted.
  const told = {
    ...watcher,
    ...sightOf(scopesIn(ask.actor, project.value.id), ask.actor.environments),
    subjects: [...watcher.subjects, project.value.id],
  };
  const headers = { upgrade: 'websocket', [WATCHER_HEADER]: JSON.stringify(told) };
  await registerSocket(ask, watcher, project.value.id);
  const answer = await object.fetch(request.url, { headers });
  const response = speak(answer, protocolOf(request));
  if (response.status !== 400) return ok(response);
  const message = 'After must be a whole number, not ahead of the board';
  return refuse('invalid_request', message, { errors: [{ path: '?after', message }] });
}
