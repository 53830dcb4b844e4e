import { ok, type Result } from '../contract/error.ts';
import type { EventsQuery } from '../contract/event-list.ts';
import { projectDoor } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';
import { shownEnvironments } from './environment.ts';
import { targetProject } from './target.ts';

/** A page of what has happened in a project, oldest first. */
export interface EventPage {
  /** The very texts that webhooks bring. */
  readonly texts: readonly string[];
  readonly limit: number;
  readonly nextAfter: number;
  readonly hasMore: boolean;
}

/** What has happened in a project in the last 30 days, as webhooks with the full payload bring it. */
export async function readEvents(
  ask: Ask,
  { projectId, type = ['*'], after, limit }: EventsQuery,
): Promise<Result<EventPage>> {
  const project = await targetProject(ask, projectId);
  if (!project.ok) return project;
  const environments = shownEnvironments(ask);
  const door = projectDoor(ask.env, project.value.id, 'events');
  const page = await door.page({ after, limit, types: type, environments });
  const texts = page.events.map(({ body }) => new TextDecoder().decode(body));
  return ok({ texts, limit, nextAfter: page.next, hasMore: page.hasMore });
}
