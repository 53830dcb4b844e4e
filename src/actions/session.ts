import { ok, type Refusal, type Result, TASK_NOT_FOUND } from '../contract/error.ts';
import { TASK_ID } from '../contract/id.ts';
import type { Ask } from './ask.ts';

/** Opens the session of a lease at the task's object, which alone knows the lease. */
export async function openSession(
  ask: Ask,
  id: string,
  request: Request,
): Promise<Result<Response>> {
  if (!TASK_ID.test(id)) return TASK_NOT_FOUND;
  // A header holds Latin-1 only, and names of runners are anybody's text.
  const actor = encodeURIComponent(JSON.stringify(ask.actor));
  const headers = { upgrade: 'websocket', 'x-sluice-actor': actor };
  const answer = await ask.env.TASK.getByName(id).fetch(request.url, { headers });
  if (answer.status === 101) return ok(answer);
  // A refusal of the object's own, in our own words.
  return { ok: false, refusal: await answer.json<Refusal>() };
}
