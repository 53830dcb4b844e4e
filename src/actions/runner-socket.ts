import { ok, type Refusal, type Result, refuse } from '../contract/error.ts';
import type { Ask } from './ask.ts';

const NOT_FOUND = refuse('not_found', 'Runner not found');

/** Opens the line of the runner whose token asks, at the object of its project. */
export async function openRunnerSocket(
  ask: Ask,
  runnerId: string,
  request: Request,
): Promise<Result<Response>> {
  const { actor, env } = ask;
  if (actor.id !== runnerId) {
    return actor.kind === 'runner'
      ? NOT_FOUND
      : refuse('insufficient_scope', 'A line needs the token of the runner itself.');
  }
  // A header holds Latin-1 only, and names of runners are anybody's text.
  const text = encodeURIComponent(JSON.stringify(actor));
  const headers = { upgrade: 'websocket', 'x-sluice-actor': text };
  const project = env.PROJECT.getByName(actor.defaultProjectId);
  const answer = await project.fetch(request.url, { headers });
  if (answer.status === 101) return ok(answer);
  // A refusal of the object's own, in our own words.
  return { ok: false, refusal: await answer.json<Refusal>() };
}
