// POST /v1/invitations/accept: the secret of an invitation proves that it is for whoever holds it.

import { newId } from '../auth/id.ts';
import { forgetStanding } from '../auth/memberships.ts';
import { newSignin } from '../auth/new-signin.ts';
import { hasGoodChecksum } from '../auth/secret.ts';
import { findBySecret } from '../auth/secret-hash.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import type { AcceptBody } from '../contract/invitation.ts';
import { MEMBERS_MAX } from '../contract/member.ts';
import { ProjectDb, platformDb } from '../db/database.ts';
import {
  acceptInvitation as acceptRow,
  findInvitationByHash,
  type InvitationRow,
  insertPersonAfter,
} from '../db/invitations.ts';
import { findMember, insertMemberAfter } from '../db/members.ts';
import { insertSigninAfter } from '../db/signins.ts';
import { findPerson } from '../db/standing.ts';
import { nextState, stateAt } from '../domain/invitation.ts';
import type { Ask } from './ask.ts';
import { commit } from './effect.ts';
import { happeningOf } from './happening.ts';
import { invitationView } from './invitations.ts';
import { memberView } from './members.ts';
import { wrongMember } from './new-project.ts';
import { askOfPerson, type Visit } from './visit.ts';

/** One answer to everybody for whom there is nothing: no such secret, or it is for another address. */
const NOT_FOUND = refuse('not_found', 'This invitation is unknown, or it is for somebody else.');
const ALREADY_MEMBER = refuse('already_member', 'You are a member already.');
const PEOPLE_ONLY = refuse('human_required', 'Only a person may accept an invitation.');
const SETUP_ONLY = refuse(
  'insufficient_user_authentication',
  'Register a passkey first: this sign-in can do nothing else.',
);

/** What follows for the browser: who was unknown has a cookie that can only register a passkey. */
export interface Accepted {
  readonly cookie: string | null;
}

interface Invited {
  readonly row: InvitationRow;
  readonly hash: string;
}

async function findInvited({ env, now }: Visit, token: string): Promise<Result<Invited>> {
  if (!hasGoodChecksum(token, 'inv')) return NOT_FOUND;
  const invited = await findBySecret(env, token, async (hash): Promise<Invited | null> => {
    const row = await findInvitationByHash(platformDb(env), hash);
    return row && { row, hash };
  });
  if (invited === null) return NOT_FOUND;
  const next = nextState(stateAt(invited.row, now), 'accept');
  return next.ok ? ok(invited) : next;
}

/** The person whom a credential other than a cookie has shown; null where none was sent. */
export type Shown = Pick<Ask, 'actor' | 'credential'> | null;

/** Who is signed in becomes a member; who is not becomes a person first. */
export async function acceptInvitation(
  visit: Visit,
  shown: Shown,
  body: AcceptBody,
): Promise<Result<Accepted>> {
  const isPerson = shown?.actor.kind === 'person' && !shown.credential.delegated;
  if (shown !== null && !isPerson) return PEOPLE_ONLY;
  if (shown === null && visit.signin?.setup) return SETUP_ONLY;
  const invited = await findInvited(visit, body.token);
  if (!invited.ok) return invited;
  if (shown !== null) {
    const { actor, credential } = shown;
    return acceptAsPerson(visit, { userId: actor.id, credential }, invited.value);
  }
  if (visit.signin === null) return acceptAsNobody(visit, body, invited.value);
  const { userId, id } = visit.signin;
  return acceptAsPerson(visit, { userId, credential: { kind: 'signin', id } }, invited.value);
}

interface Joining {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
}

/** What accepting comes to, whoever accepts. */
function membership({ env, now }: Visit, { row, hash }: Invited, { id: by, ...who }: Joining) {
  const { role, projectId } = row;
  const member = { principalId: by, role, addedBy: row.invitedBy, createdAt: now };
  const accepted = { ...row, state: 'accepted', acceptedBy: by, decidedAt: now } as const;
  return {
    accept: acceptRow(platformDb(env), hash, { by, now, membersMax: MEMBERS_MAX }),
    join: insertMemberAfter(new ProjectDb(env, projectId), member),
    deed: {
      projectId,
      action: 'invitation.accepted',
      target: { type: 'invitation', id: row.id },
      changes: { before: null, after: { member: by, role } },
    },
    tells: [
      happeningOf(
        { now },
        {
          type: 'member.invited',
          subject: row.id,
          data: {
            action: 'accepted',
            invitation: invitationView(accepted, now),
            member: memberView({ ...member, ...who, revision: 1 }),
          },
        },
      ),
    ],
  };
}

async function acceptAsPerson(
  visit: Visit,
  { userId, credential }: { readonly userId: string; readonly credential: Ask['credential'] },
  invited: Invited,
): Promise<Result<Accepted>> {
  const { env } = visit;
  const { projectId, email } = invited.row;
  const person = await findPerson(platformDb(env), userId);
  if (person === null) return NOT_FOUND;
  const isOther = person.emailVerifiedAt !== null && person.email?.toLowerCase() !== email;
  if (isOther) return NOT_FOUND;
  const own = new ProjectDb(env, projectId);
  if ((await findMember(own, userId)) !== null) return ALREADY_MEMBER;
  const { accept, join, ...rest } = membership(visit, invited, person);
  const done = await commit(askOfPerson(visit, person, credential), {
    statements: [accept, join],
    ...rest,
    reply: { status: 204, body: null },
  });
  if (done === null) return notAccepted(visit, invited);
  forgetStanding(userId);
  return done.ok ? ok({ cookie: null }) : done;
}

/** Makes the person, as a bootstrap makes the first. */
async function acceptAsNobody(
  visit: Visit,
  { name, email }: AcceptBody,
  invited: Invited,
): Promise<Result<Accepted>> {
  if (name === undefined) return wrongMember('name', 'Name is required');
  const { env, browser, now } = visit;
  const db = platformDb(env);
  const userId = newId('usr', now);
  const address = (email ?? invited.row.email).toLowerCase();
  const wish = { userId, browser, amr: ['otp'], setup: true };
  const { cookie, row } = await newSignin(env, wish, now);
  const person = { id: userId, name, email: address, createdAt: now };
  const { accept, join, ...rest } = membership(visit, invited, person);
  const done = await commit(askOfPerson(visit, person, { kind: 'signin', id: row.id }), {
    statements: [accept, insertPersonAfter(db, person), join, insertSigninAfter(db, row)],
    ...rest,
    reply: { status: 204, body: null },
  });
  if (done === null) return notAccepted(visit, invited);
  return done.ok ? ok({ cookie }) : done;
}

/** Nothing has happened: it was decided meanwhile, or who invited may not invite any more. */
async function notAccepted({ env, now }: Visit, { hash }: Invited): Promise<Result<never>> {
  const row = await findInvitationByHash(platformDb(env), hash);
  if (row === null) return NOT_FOUND;
  const next = nextState(stateAt(row, now), 'accept');
  return next.ok ? NOT_FOUND : next;
}
