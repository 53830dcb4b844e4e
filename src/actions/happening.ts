import { newId } from '../auth/id.ts';
import type { Happening } from '../contract/platform-event.ts';
import type { Ask } from './ask.ts';

/** Something that a request has brought about, to be told with its effect. */
export const happeningOf = (
  { now }: Pick<Ask, 'now'>,
  happening: Pick<Happening, 'type' | 'subject' | 'data'> & { readonly environment?: string },
): Happening => ({
  environment: null,
  ...happening,
  id: newId('evt', now),
  at: now,
});
