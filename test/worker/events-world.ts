// What a project has been told, as the receivers of its events read it.

import { env } from 'cloudflare:workers';
import type { PlatformEvent } from '../../src/contract/platform-event.ts';
import { projectDoor } from '../../src/rpc/stubs.ts';

const EVERYTHING = { after: 0, limit: 100, types: ['*'], environments: null };

/** The events of a project, oldest first, once its outbox is taken. */
export async function eventsOf(projectId: string): Promise<readonly PlatformEvent[]> {
  const door = projectDoor(env, projectId, 'events');
  await door.relay();
  const { events } = await door.page(EVERYTHING);
  return events.map(({ body }) => JSON.parse(new TextDecoder().decode(body)) as PlatformEvent);
}
