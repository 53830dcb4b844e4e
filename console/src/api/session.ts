// Who is at this browser, and in which project. What may be done is decided by the server alone; here it is shown.

import { computed, signal } from '@preact/signals';
import type { Me } from '../../../src/contract/me.ts';
import { place } from '../routing/place.ts';
import { get, type Refusal } from './ask.ts';

/** Null while it is not known. */
export const me = signal<Me | null>(null);
/** Why nothing is known of them, or null. */
export const meRefusal = signal<Refusal | null>(null);

/** The project that all pages show: the one the address names, or one's own. Null while it is not known. */
export const projectId = computed<string | null>(
  () => place.value.searchParams.get('project') ?? me.value?.defaultProjectId ?? null,
);

/** Reads who is there; somebody who has to sign in is sent there and comes back. */
export async function start(): Promise<void> {
  const answer = await get<Me>('/v1/me');
  if (answer.ok) {
    // The first request that needs a project makes it.
    if (answer.value.defaultProjectId === null) await get('/tasks?limit=1');
    const again = answer.value.defaultProjectId === null ? await get<Me>('/v1/me') : answer;
    me.value = again.ok ? again.value : answer.value;
    meRefusal.value = null;
    return;
  }
  if (answer.refusal.status === 401) toSignin();
  meRefusal.value = answer.refusal;
}

/** Leaves for the sign-in, which leads back here. */
export function toSignin(): void {
  const back = `${location.pathname}${location.search}`;
  location.assign(`/signin?return=${encodeURIComponent(back)}`);
}
