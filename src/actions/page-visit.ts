// A browser that comes to a page of ours: perhaps with a person who is signed in.

import type { Caller } from '../contract/principal.ts';
import type { Ask } from './ask.ts';

export interface PageVisit {
  readonly env: Env;
  readonly now: number;
  readonly requestId: string;
  readonly origin: string;
  readonly ipPrefix: string | null;
  readonly later: Ask['later'];
}

/** A visit of somebody who is signed in: `signinId` names the cookie that says so. */
export interface PersonVisit extends PageVisit {
  readonly caller: Caller;
  readonly signinId: string;
}

/** What the page of a sign-in leads back to, and whether it must prove the person anew. */
export interface SigninWanted {
  readonly type: 'signin';
  /** A path of ours. */
  readonly returnTo: string;
  readonly stepUp: boolean;
}

/** For audit rows of what a person does on a page. */
export const askOfVisit = ({
  env,
  now,
  requestId,
  origin,
  ipPrefix,
  later,
  caller,
}: PersonVisit): Ask => ({
  env,
  now,
  requestId,
  origin,
  ipPrefix,
  later,
  actor: caller.actor,
  credential: caller.credential,
  environment: undefined,
  idempotency: null,
  noteReplay: () => {},
});
