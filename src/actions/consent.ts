// GET and POST /v1/auth/consent: a person is asked whether an app may act for them, and answers.

import { formTokenOf, isFormToken } from '../auth/form-token.ts';
import type { OAuthClient } from '../auth/oauth-client.ts';
import type { AuthorizationFault } from '../contract/authorization.ts';
import { matchesRedirectUri } from '../contract/redirect-uri.ts';
import { bindConsent, findConsent, useConsent } from '../db/consents.ts';
import { platformDb } from '../db/database.ts';
import { findAskingClient } from './asking-client.ts';
import { goOn, leaveFor, type Outcome, type Pending, refused } from './authorize.ts';
import {
  type ConsentView,
  chosenProjects,
  type ProjectChoice,
  viewOfWish,
} from './consent-view.ts';
import { grantCode } from './grant-code.ts';
import type { PersonVisit } from './visit.ts';

/** The page that asks, or what comes instead of it. */
export type Shown =
  | { readonly type: 'page'; readonly view: ConsentView; readonly again: string | null }
  | Outcome;

export interface ConsentForm {
  readonly id: string;
  readonly token: string;
  readonly decision: 'allow' | 'deny';
  readonly projects: ProjectChoice;
}

const GONE = refused('This question was answered already or is too old. Start again from the app.');
const ANOTHERS = refused('This question was asked of somebody else. Start again from the app.');
const CHANGED = refused('The app has changed since it asked. Start again from the app.');
export const CHOOSE = 'Choose at least one project, or all of them.';

export async function showConsent(person: PersonVisit, id: string): Promise<Shown> {
  const found = await findQuestion(person, id);
  if ('type' in found) return found;
  const next = await goOn(person, { ...found, consentId: id });
  if (next.type !== 'ask') return next;
  const { signinId, caller, env, now } = person;
  const to = { userId: caller.actor.id, signinId };
  const isBound = found.signinId === signinId || (await bindConsent(platformDb(env), id, to, now));
  return isBound ? page(person, found, id, null) : ANOTHERS;
}

/** Once: whoever sends the form again is told so. */
export async function answerConsent(person: PersonVisit, form: ConsentForm): Promise<Shown> {
  const { id, token, decision, projects } = form;
  const { env, now, signinId } = person;
  const found = await findQuestion(person, id);
  if ('type' in found) return found;
  if (found.signinId !== signinId || !(await isFormToken(env, { id, signinId }, token))) {
    return ANOTHERS;
  }
  const { request } = found.pending;
  if (decision === 'allow') {
    const projectIds = chosenProjects(person, projects);
    if (projectIds === undefined) return page(person, found, id, CHOOSE);
    const { client } = found;
    const location = await grantCode(person, { client, request, projectIds, consentId: id });
    return location === null ? GONE : { type: 'leave', location };
  }
  const used = await useConsent(platformDb(env), id, signinId, now).run();
  return used.meta.changes === 0 ? GONE : leaveFor(person, request, DENIED);
}

const DENIED: AuthorizationFault = {
  error: 'access_denied',
  description: 'The person has not allowed it',
};

interface Question {
  readonly client: OAuthClient;
  readonly pending: Pending;
  readonly signinId: string;
}

/** The question, if it is open, this person's and still about the client that has asked. */
async function findQuestion(
  { env, now, caller }: PersonVisit,
  id: string,
): Promise<Question | Outcome> {
  const row = await findConsent(platformDb(env), id, now);
  if (row === null) return GONE;
  if (row.userId !== null && row.userId !== caller.actor.id) return ANOTHERS;
  // Our own bytes.
  const pending = JSON.parse(row.data) as Pending;
  const { request, documentDigest } = pending;
  const client = await findAskingClient(env, request.clientId, now);
  const isSame =
    client !== null &&
    (client.documentDigest ?? null) === documentDigest &&
    matchesRedirectUri(client.redirectUris, request.redirectUri) &&
    request.scopes.every((scope) => client.scopes.includes(scope));
  return isSame ? { client, pending, signinId: row.signinId } : CHANGED;
}

async function page(
  person: PersonVisit,
  { client, pending }: Question,
  id: string,
  again: string | null,
): Promise<Shown> {
  const { scopes, resources, redirectUri } = pending.request;
  const token = await formTokenOf(person.env, { id, signinId: person.signinId });
  const wish = { client, scopes, resources, redirectUri };
  return { type: 'page', view: await viewOfWish(person, wish, { id, token }), again };
}
