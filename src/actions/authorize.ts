// GET /v1/auth/authorize: what becomes of a browser that an app has sent.

import { newId } from '../auth/id.ts';
import type { OAuthClient } from '../auth/oauth-client.ts';
import { findBySecret } from '../auth/secret-hash.ts';
import {
  type AuthorizationFault,
  type AuthorizationRequest,
  PUSHED_PREFIX,
} from '../contract/authorization.ts';
import { insertConsent } from '../db/consents.ts';
import { platformDb } from '../db/database.ts';
import { findEarlierGrants } from '../db/grants.ts';
import { takePushedRequest } from '../db/pushed-requests.ts';
import { chooseReturn, readAuthorization } from '../domain/authorization-request.ts';
import { type Parameters, readParameters } from '../domain/oauth-parameters.ts';
import { rememberedConsent } from '../domain/remembered-consent.ts';
import { returnLocation } from '../domain/return-location.ts';
import { askingClientOf, findAskingClient } from './asking-client.ts';
import { grantCode } from './grant-code.ts';
import type { PageVisit, PersonVisit } from './visit.ts';

/** How long a person may think. */
export const CONSENT_MS = 600_000;

/** What the page of a sign-in leads back to, and whether it must prove the person anew. */
interface SigninWanted {
  readonly type: 'signin';
  /** A path of ours. */
  readonly returnTo: string;
  readonly stepUp: boolean;
}

/** `refused` is told on a page of ours: nobody is sent anywhere. */
export type Outcome =
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'leave'; readonly location: string }
  | { readonly type: 'ask'; readonly consentId: string }
  | SigninWanted;

/** A request that waits for an answer. It is kept as JSON. */
export interface Pending {
  readonly request: AuthorizationRequest;
  readonly documentDigest: string | null;
  /** When the app has asked: what it says about the age of the sign-in counts from there. */
  readonly askedAt: number;
}

export const refused = (message: string): Outcome => ({ type: 'refused', message });
const UNKNOWN_CLIENT = refused('The app that sent you here is not known to this server.');
const WRONG_RETURN = refused(
  'The app that sent you here wants you back at an address that it has not registered.',
);
const SPENT = refused('This request was used before or is too old. Start again from the app.');

/** `person`: who is signed in, if anybody is. */
export async function authorize(
  visit: PageVisit,
  query: string,
  person: PersonVisit | null,
): Promise<Outcome> {
  const asked = readParameters(new URLSearchParams(query));
  const [clientId, other] = asked.all('client_id');
  const client = await findAskingClient(visit.env, other ?? clientId, visit.now);
  if (client === null || other !== undefined) return UNKNOWN_CLIENT;
  const isPushed = asked.all('request_uri').length > 0;
  const parameters = isPushed ? await takePushed(visit, asked, client.id) : asked;
  if (parameters === null) return SPENT;
  const asking = askingClientOf(client);
  const back = chooseReturn(parameters, asking);
  if (back === null) return WRONG_RETURN;
  const { origin } = visit;
  const request = readAuthorization(parameters, asking, { back, origin, pushed: isPushed });
  if ('error' in request) {
    return leaveWith(request, { uri: back.uri, state: parameters.one('state') ?? null, origin });
  }
  const { documentDigest = null } = client;
  const pending: Pending = { request, documentDigest, askedAt: visit.now };
  if (person !== null) return goOn(person, { client, pending, consentId: null });
  if (request.prompts.includes('none')) return leaveFor(visit, request, LOGIN_REQUIRED);
  // What was pushed is used up by now, so it is kept; all else can be asked again as it came.
  const returnTo = isPushed
    ? consentPath(await keep(visit, pending, null))
    : `/v1/auth/authorize?${withoutLogin(query)}`;
  return { type: 'signin', returnTo, stepUp: false };
}

/** What comes next for somebody who is signed in. `consentId`: the question, if it is kept already. */
export async function goOn(
  person: PersonVisit,
  asked: {
    readonly client: OAuthClient;
    readonly pending: Pending;
    readonly consentId: string | null;
  },
): Promise<Outcome> {
  const { client, pending, consentId } = asked;
  const { request } = pending;
  const isSilent = request.prompts.includes('none');
  const kept = async () => consentId ?? (await keep(person, pending, person));
  if (!isSigninYoung(person, pending)) {
    if (isSilent) return leaveFor(person, request, LOGIN_REQUIRED);
    return { type: 'signin', returnTo: consentPath(await kept()), stepUp: true };
  }
  const earlier = await findEarlierGrants(
    platformDb(person.env),
    person.caller.actor.id,
    request.clientId,
  );
  const { documentDigest } = pending;
  const remembered = rememberedConsent(earlier, request, { documentDigest, atMs: person.now });
  if (remembered !== null) {
    const { projectIds } = remembered;
    const location = await grantCode(person, { client, request, projectIds, consentId });
    return location === null ? SPENT : { type: 'leave', location };
  }
  if (isSilent) return leaveFor(person, request, CONSENT_REQUIRED);
  return { type: 'ask', consentId: await kept() };
}

const LOGIN_REQUIRED: AuthorizationFault = {
  error: 'login_required',
  description: 'The person has to sign in',
};
const CONSENT_REQUIRED: AuthorizationFault = {
  error: 'consent_required',
  description: 'The person has to be asked',
};

/** Sends the browser back to the app with an error. */
export const leaveFor = (
  { origin }: PageVisit,
  { redirectUri: uri, state }: AuthorizationRequest,
  fault: AuthorizationFault,
): Outcome => leaveWith(fault, { uri, state, origin });

function leaveWith(
  { error, description }: AuthorizationFault,
  to: { readonly uri: string; readonly state: string | null; readonly origin: string },
): Outcome {
  const answer = { error, error_description: description, state: to.state, iss: to.origin };
  return { type: 'leave', location: returnLocation(to.uri, answer) };
}

function isSigninYoung({ caller }: PersonVisit, { request, askedAt }: Pending): boolean {
  const { maxAgeS, prompts } = request;
  const authTimeMs = caller.credential.authTimeMs ?? 0;
  if (prompts.includes('login') && authTimeMs < askedAt) return false;
  return maxAgeS === null || authTimeMs >= askedAt - maxAgeS * 1_000;
}

/** The request that the client has pushed (RFC 9126 §4); what else the browser brings is ignored. */
async function takePushed(
  { env, now }: PageVisit,
  asked: Parameters,
  clientId: string,
): Promise<Parameters | null> {
  const [name = '', other] = asked.all('request_uri');
  if (other !== undefined || !name.startsWith(PUSHED_PREFIX)) return null;
  const params = await findBySecret(env, name.slice(PUSHED_PREFIX.length), (hash) =>
    takePushedRequest(platformDb(env), hash, clientId, now),
  );
  return params === null ? null : readParameters(new URLSearchParams(params));
}

async function keep(
  { env, now }: PageVisit,
  pending: Pending,
  person: PersonVisit | null,
): Promise<string> {
  const db = platformDb(env);
  const id = newId('con', now);
  await insertConsent(db, {
    id,
    userId: person?.caller.actor.id ?? null,
    signinId: person?.signinId ?? '',
    data: JSON.stringify(pending),
    expiresAt: now + CONSENT_MS,
  }).run();
  return id;
}

const consentPath = (id: string): string => `/v1/auth/consent?transaction=${id}`;

/** Who signs in now has done what `prompt=login` asks for. */
function withoutLogin(query: string): string {
  const asked = new URLSearchParams(query);
  const prompts = (asked.get('prompt') ?? '').split(' ').filter((word) => word !== 'login');
  asked.delete('prompt');
  if (prompts.join('') !== '') asked.set('prompt', prompts.join(' '));
  return asked.toString();
}
