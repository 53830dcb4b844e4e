// A request of a browser: at the doors of signing in, where nobody may be known yet, or at a page of ours.

import type { Browser } from '../auth/new-signin.ts';
import type { Actor, Caller, Credential } from '../contract/principal.ts';
import type { SigninRow } from '../db/signins.ts';
import type { Ask } from './ask.ts';

/** What is known of any browser that comes. */
export type PageVisit = Pick<Ask, 'env' | 'now' | 'requestId' | 'origin' | 'ipPrefix' | 'later'>;

/** A visit at a door of signing in. */
export interface Visit extends PageVisit {
  readonly browser: Browser;
  /** The sign-in of this browser, also one that can only register a passkey. */
  readonly signin: SigninRow | null;
}

/** A visit of somebody who is signed in: `signinId` names the cookie that says so. */
export interface PersonVisit extends PageVisit {
  readonly caller: Caller;
  readonly signinId: string;
}

/** What follows from a visit for the browser: the value of its cookie, and the answer. */
export interface Admitted<T = null> {
  readonly cookie: string;
  readonly body: T;
}

/** The visit as something that somebody does, for what is written in their name. */
export function askOfVisit(
  { env, now, requestId, origin, ipPrefix, later }: PageVisit,
  { actor, credential }: Caller,
): Ask {
  const rest = { environment: undefined, idempotency: null, noteReplay: () => {} };
  return { env, now, requestId, origin, ipPrefix, later, actor, credential, ...rest };
}

/** As above, of a person of whom no more is known than who they are. */
export function askOfPerson(
  visit: PageVisit,
  { id, name }: Pick<Actor, 'id' | 'name'>,
  credential: Credential,
): Ask {
  const none = { scopes: [], projects: {}, defaultProjectId: '', open: false };
  return askOfVisit(visit, { actor: { id, name, kind: 'person', ...none }, credential });
}
