// Who is at this browser, and in which project. What may be done is decided by the server alone; here it is shown.

import { computed, signal } from '@preact/signals';
import type { Me } from '../../../src/contract/me.ts';
import { query } from '../routing/place.ts';
import { get, type Refusal } from './ask.ts';

/** Null while it is not known. */
export const me = signal<Me | null>(null);
/** Why nothing is known of them, or null. */
export const meRefusal = signal<Refusal | null>(null);

/** The project that all pages show: the one the address names, or one's own. Null while it is not known. */
export const projectId = computed<string | null>(
  // It is a part of paths, and whoever made the link has chosen it.
  () => /^\w+$/.exec(query('project'))?.[0] ?? me.value?.defaultProjectId ?? null,
);

/** Reads who is there; somebody who has to sign in is sent there and comes back. */
export async function start(): Promise<void> {
  let answer = await get<Me>('/v1/me');
  if (answer.ok && answer.value.defaultProjectId === null) {
    // The first request that needs a project makes it.
    await get('/tasks?limit=1');
    answer = await get<Me>('/v1/me');
  }
  meRefusal.value = answer.ok ? null : answer.refusal;
  if (answer.ok) me.value = answer.value;
  else if (answer.refusal.status === 401) toSignin();
}

/** Leaves for the sign-in, which leads back here. */
export function toSignin(): void {
  const back = `${location.pathname}${location.search}`;
  location.assign(`/signin?return=${encodeURIComponent(back)}`);
}
