// The endpoint that a request means, and what follows from a change of one.

import { ok, type Result, refuse } from '../contract/error.ts';
import type { Happening } from '../contract/platform-event.ts';
import { ENDPOINT_ID } from '../contract/webhook.ts';
import { findEndpoint } from '../db/endpoint-changes.ts';
import type { EndpointRow } from '../db/webhook-endpoints.ts';
import { projectDoor, webhookObject } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';
import { checkHeader } from './environment.ts';
import { happeningOf } from './happening.ts';
import type { Project } from './known-project.ts';
import { enterProject } from './target.ts';

export const ENDPOINT_NOT_FOUND = refuse('not_found', 'Webhook endpoint not found');
const ELSEWHERE = refuse(
  'environment_forbidden',
  'The endpoint hears of environments that the credential is not for.',
);

/** How long an answer waits until the project knows of a change. */
const KNOWN_MS = 1_000;
const SEEN_TRIES = 3;

export interface Found {
  readonly row: EndpointRow;
  readonly project: Project;
}

/** Whether a credential that is for some environments is for all that such an endpoint hears of. */
function checkReach(
  { actor }: Ask,
  { environments }: Pick<EndpointRow, 'environments'>,
): Result<null> {
  const own = actor.environments;
  if (own === undefined) return ok(null);
  const isWithin = environments?.every((name) => own.includes(name)) ?? false;
  return isWithin ? ok(null) : ELSEWHERE;
}

/** The endpoint, if it is of a project of the caller's and the role there allows what is asked. */
export async function targetEndpoint(ask: Ask, id: string): Promise<Result<Found>> {
  if (!ENDPOINT_ID.test(id)) return ENDPOINT_NOT_FOUND;
  const row = await findEndpoint(ask.env, id);
  if (row === null) return ENDPOINT_NOT_FOUND;
  const project = await enterProject(ask, row.projectId, ENDPOINT_NOT_FOUND);
  if (!project.ok) return project;
  const header = checkHeader(ask, project.value);
  if (!header.ok) return header;
  const reach = checkReach(ask, row);
  return reach.ok ? ok({ row, project: project.value }) : reach;
}

/** For the batch of a change: the project looks at its endpoints again, and the endpoint's object at its row. */
export const tellOfEndpoint = (ask: Ask, id: string): readonly Happening[] => [
  happeningOf(ask, { type: 'errand:endpoint', subject: id, data: {} }),
];

/**
 * Waits until the project has heard of a change, at most a second: what happens after the answer reaches a new endpoint,
 * and a removed one no more. If it takes longer, it follows by itself.
 */
export async function awaitKnown({ env, later }: Ask, projectId: string): Promise<void> {
  const told = projectDoor(env, projectId, 'events')
    .relay()
    .catch(() => undefined);
  later(told);
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, KNOWN_MS);
  await Promise.race([told, late]);
  clearTimeout(timer);
}

/**
 * Waits until the endpoint's object goes by its row as it is now: what is signed after the answer can be verified with
 * what the answer says, and nothing is sent where it is no longer to be sent. If the object cannot be reached, the errand
 * that was committed with the change is run again until it can.
 */
export async function awaitSeen({ env }: Ask, id: string): Promise<void> {
  for (let tries = 0; tries < SEEN_TRIES; tries++) {
    try {
      return await webhookObject(env, id).refresh();
    } catch {
      // It may have been moved, or cut off by new code.
    }
  }
}
