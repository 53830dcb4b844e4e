// A request at the doors of signing in, where nobody may be known yet.

import type { Browser } from '../auth/new-signin.ts';
import type { Actor, Credential } from '../contract/principal.ts';
import type { SigninRow } from '../db/signins.ts';
import type { Ask } from './ask.ts';

export interface Visit {
  readonly env: Env;
  readonly now: number;
  readonly requestId: string;
  readonly origin: string;
  readonly browser: Browser;
  /** The sign-in of this browser, also one that can only register a passkey. */
  readonly signin: SigninRow | null;
  readonly later: Ask['later'];
}

/** What follows from a visit for the browser: the value of its cookie, and the answer. */
export interface Admitted<T = null> {
  readonly cookie: string;
  readonly body: T;
}

/** The visit as something that a person does, for what is written in their name. */
export function askOfPerson(
  visit: Visit,
  person: { readonly id: string; readonly name: string },
  credential: Credential,
): Ask {
  const { env, now, requestId, origin, browser, later } = visit;
  const actor: Actor = {
    id: person.id,
    name: person.name,
    kind: 'person',
    scopes: [],
    projects: {},
    defaultProjectId: '',
    open: false,
  };
  const rest = { env, now, requestId, origin, ipPrefix: browser.ipPrefix, later };
  return {
    ...rest,
    actor,
    credential,
    environment: undefined,
    idempotency: null,
    noteReplay: () => {},
  };
}
