import { newId } from '../auth/id.ts';
import { newSecret } from '../auth/secret.ts';
import { hashSecret } from '../auth/secret-hash.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import { isoOf } from '../contract/instant.ts';
import {
  INVITATION_MS,
  type Invitation,
  type InvitationWithLink,
  type InviteBody,
  PENDING_MAX,
} from '../contract/invitation.ts';
import type { Listing, PageQuery } from '../contract/listing.ts';
import type { Role } from '../contract/principal.ts';
import type { Reply } from '../contract/reply.ts';
import { ProjectDb } from '../db/database.ts';
import {
  findInvitation,
  type InvitationRow,
  insertInvitation,
  isInvited,
  listInvitations as listRows,
  resendInvitation,
  revokeInvitation,
} from '../db/invitations.ts';
import { hasMemberWithEmail } from '../db/members.ts';
import { type InvitationDeed, nextState, stateAt } from '../domain/invitation.ts';
import { redactText } from '../domain/redact.ts';
import type { Ask } from './ask.ts';
import { changeOnce } from './change-once.ts';
import { commit } from './effect.ts';
import { happeningOf } from './happening.ts';
import { mayGive } from './members.ts';
import { readPage } from './paging.ts';
import { loadProject } from './projects.ts';

const NOT_FOUND = refuse('not_found', 'Invitation not found');
const ALREADY_INVITED = refuse('already_invited', 'They have been invited already.');
export const invitationView = (row: InvitationRow, now: number): Invitation => ({
  id: row.id,
  projectId: row.projectId,
  email: row.email,
  role: row.role,
  message: row.message,
  state: stateAt(row, now),
  invitedBy: row.invitedBy,
  createdAt: isoOf(row.createdAt),
  expiresAt: isoOf(row.expiresAt),
  decidedAt: row.decidedAt === null ? null : isoOf(row.decidedAt),
  acceptedBy: row.acceptedBy,
});

export async function listInvitations(
  ask: Ask,
  projectId: string,
  query: PageQuery,
): Promise<Result<Listing<Invitation>>> {
  const entered = await loadProject(ask, projectId);
  if (!entered.ok) return entered;
  const db = new ProjectDb(ask.env, projectId);
  const filter = { list: 'invitations', projectId };
  const view = (row: InvitationRow) => invitationView(row, ask.now);
  return readPage(ask, { query, filter }, (slice) => listRows(db, slice), view);
}

/** A new secret, and the link that holds it in its fragment, which no server ever sees. */
async function newLink({ env, origin }: Ask) {
  const secret = newSecret('inv');
  return { hash: await hashSecret(env, secret), url: `${origin}/invite#${secret}` };
}

function replyOf(
  ask: Ask,
  row: InvitationRow,
  { status, url }: { readonly status: 200 | 201; readonly url: string },
): Reply<InvitationWithLink> {
  const location = `/v1/projects/${row.projectId}/invitations/${row.id}`;
  return {
    status,
    body: { ...invitationView(row, ask.now), url },
    ...(status === 201 ? { headers: { Location: location } } : {}),
    secrets: ['url'],
  };
}

/** Invites a person. We send no mail: who invites passes the link on. */
export function invite(
  ask: Ask,
  projectId: string,
  body: InviteBody,
): Promise<Result<Reply<InvitationWithLink>>> {
  return changeOnce(
    ask,
    () => loadProject(ask, projectId),
    async ({ role: mine }) => {
      const may = mayGive(mine, body.role);
      if (!may.ok) return may;
      const db = new ProjectDb(ask.env, projectId);
      const email = body.email.toLowerCase();
      if (await hasMemberWithEmail(db, email)) {
        return refuse('already_member', 'They are a member already.');
      }
      const { hash, url } = await newLink(ask);
      const message = body.message === undefined ? null : redactText(body.message);
      const row = newRow(ask, { projectId, email, role: body.role, message });
      const done = await commit<InvitationWithLink>(ask, {
        statements: [insertInvitation(db, { ...row, hash }, PENDING_MAX)],
        deed: {
          projectId,
          action: 'invitation.created',
          target: { type: 'invitation', id: row.id },
          changes: { before: null, after: { email, role: row.role } },
        },
        tells: [
          happeningOf(ask, {
            type: 'member.invited',
            subject: row.id,
            data: { action: 'created', invitation: invitationView(row, ask.now), member: null },
          }),
        ],
        reply: replyOf(ask, row, { status: 201, url }),
      });
      if (done !== null) return done;
      if (await isInvited(db, email, ask.now)) return ALREADY_INVITED;
      return refuse('limit_reached', `At most ${PENDING_MAX} invitations wait at a time.`);
    },
  );
}

function newRow(
  { actor, now }: Ask,
  wanted: Pick<InvitationRow, 'projectId' | 'email' | 'message'> & { readonly role: Role },
): InvitationRow {
  return {
    ...wanted,
    id: newId('inv', now),
    state: 'pending',
    invitedBy: actor.id,
    acceptedBy: null,
    createdAt: now,
    expiresAt: now + INVITATION_MS,
    decidedAt: null,
  };
}

interface Named {
  readonly projectId: string;
  readonly id: string;
}

/** The invitation, if the caller may and its state allows the deed. */
async function find(ask: Ask, { projectId, id }: Named, deed: InvitationDeed) {
  const entered = await loadProject(ask, projectId);
  if (!entered.ok) return entered;
  const row = await findInvitation(new ProjectDb(ask.env, projectId), id);
  if (row === null) return NOT_FOUND;
  const may = mayGive(entered.value.role, row.role);
  return may.ok ? ok({ row, next: nextState(stateAt(row, ask.now), deed) }) : may;
}

export function revoke(ask: Ask, named: Named): Promise<Result<Reply<null>>> {
  return changeOnce(
    ask,
    () => find(ask, named, 'revoke'),
    async ({ row, next }) => {
      if (!next.ok) return next;
      return commit<null>(ask, {
        statements: [revokeInvitation(new ProjectDb(ask.env, named.projectId), named.id, ask.now)],
        deed: {
          projectId: named.projectId,
          action: 'invitation.revoked',
          target: { type: 'invitation', id: named.id },
          changes: { before: { email: row.email, role: row.role }, after: null },
        },
        reply: { status: 204, body: null },
      });
    },
  );
}

/** A new secret and another week; the old secret is dead. */
export function resend(ask: Ask, named: Named): Promise<Result<Reply<InvitationWithLink>>> {
  return changeOnce(
    ask,
    () => find(ask, named, 'resend'),
    async ({ row, next }) => {
      if (!next.ok) return next;
      const { id, projectId } = named;
      const { now, actor } = ask;
      const db = new ProjectDb(ask.env, projectId);
      const { hash, url } = await newLink(ask);
      const expiresAt = now + INVITATION_MS;
      const after = { ...row, state: next.value, expiresAt, invitedBy: actor.id };
      const done = await commit<InvitationWithLink>(ask, {
        statements: [resendInvitation(db, { id, hash, now, expiresAt, invitedBy: actor.id })],
        deed: { projectId, action: 'invitation.resent', target: { type: 'invitation', id } },
        reply: replyOf(ask, after, { status: 200, url }),
      });
      if (done !== null) return done;
      return (await isInvited(db, row.email, now)) ? ALREADY_INVITED : null;
    },
  );
}
