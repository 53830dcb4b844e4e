import { forgetStanding } from '../auth/memberships.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import type { Listing, PageQuery } from '../contract/listing.ts';
import { MEMBERS_MAX, type Member } from '../contract/member.ts';
import { isMember, type Role, rankOf } from '../contract/principal.ts';
import type { Reply } from '../contract/reply.ts';
import { ProjectDb, platformDb } from '../db/database.ts';
import {
  changeRole,
  findMember,
  findServiceName,
  insertMember,
  type ListedMember,
  listMembers as listRows,
  type MemberRow,
  removeMember,
} from '../db/members.ts';
import type { Ask } from './ask.ts';
import { changeOnce } from './change-once.ts';
import { closeSockets } from './close-sockets.ts';
import { commit } from './effect.ts';
import { happeningOf } from './happening.ts';
import { readPage } from './paging.ts';
import { checkRevision, type Precondition } from './precondition.ts';
import { loadProject } from './projects.ts';

const NOT_FOUND = refuse('not_found', 'Member not found');
const LAST_OWNER = refuse('last_owner', 'A project keeps at least one owner.');
const ABOVE_YOURS = refuse('scope_exceeds_yours', 'Nobody gives away a role above their own.');
const OWNERS_ONLY = refuse('role_too_low', 'Only an owner changes or removes an owner.', {
  hint: 'Ask an owner of the project.',
});

/** Nobody gives away a role above their own. */
export const mayGive = (mine: Role, given: Role): Result<null> =>
  rankOf(given) > rankOf(mine) ? ABOVE_YOURS : ok(null);

export const memberView = (row: MemberRow): Member => ({
  principalId: row.principalId,
  kind: row.principalId.startsWith('cli_') ? 'service' : 'person',
  name: row.name ?? 'local owner',
  email: row.email,
  role: row.role,
  addedBy: row.addedBy,
  createdAt: new Date(row.createdAt).toISOString(),
  revision: row.revision,
});

/** Told with a change of a member; `member` is as they are after it, or were when they left. */
const told = (
  ask: Ask,
  type: 'member.role_changed' | 'member.removed',
  row: MemberRow,
  was: Role,
) =>
  happeningOf(ask, {
    type,
    subject: row.principalId,
    data: { member: memberView(row), previousRole: was },
  });

export async function listMembers(
  ask: Ask,
  projectId: string,
  query: PageQuery,
): Promise<Result<Listing<Member>>> {
  const entered = await loadProject(ask, projectId);
  if (!entered.ok) return entered;
  const db = new ProjectDb(ask.env, projectId);
  const filter = { list: 'members', projectId };
  return readPage(
    ask,
    { query, filter },
    (slice) => listRows(db, slice),
    (row: ListedMember) => memberView(row),
  );
}

interface Named {
  readonly projectId: string;
  readonly principalId: string;
  readonly precondition: Precondition;
}

interface Found {
  readonly mine: Role;
  readonly row: MemberRow | null;
}

async function find(ask: Ask, { projectId, principalId }: Named): Promise<Result<Found>> {
  const entered = await loadProject(ask, projectId);
  if (!entered.ok) return entered;
  const row = await findMember(new ProjectDb(ask.env, projectId), principalId);
  return ok({ mine: entered.value.role, row });
}

/** Changes the role of a member, or makes a service one. */
export function putMember(ask: Ask, named: Named, role: Role): Promise<Result<Reply<Member>>> {
  return changeOnce(
    ask,
    () => find(ask, named),
    async ({ mine, row }) => {
      if (row === null) return addService(ask, named, { mine, role });
      if (rankOf(row.role) > rankOf(mine)) return OWNERS_ONLY;
      const may = mayGive(mine, role);
      if (!may.ok) return may;
      const fits = checkRevision(named.precondition, row);
      if (!fits.ok) return fits;
      return change(ask, named, { row, role });
    },
  );
}

async function change(
  ask: Ask,
  { projectId, principalId }: Named,
  { row, role }: { readonly row: MemberRow; readonly role: Role },
): Promise<Result<Reply<Member>> | null> {
  const after = { ...row, role, revision: row.revision + 1 };
  const db = new ProjectDb(ask.env, projectId);
  const done = await commit<Member>(ask, {
    statements: [changeRole(db, row, role)],
    deed: {
      projectId,
      action: 'member.role_changed',
      target: { type: 'member', id: principalId },
      changes: { before: { role: row.role }, after: { role } },
    },
    tells: [told(ask, 'member.role_changed', after, row.role)],
    reply: { status: 200, body: memberView(after), headers: { ETag: `"v${after.revision}"` } },
  });
  forgetStanding(principalId);
  return done ?? lastOwnerOr(ask, projectId, row);
}

/** Nothing has changed: the last owner stays, or somebody was faster. */
async function lastOwnerOr(ask: Ask, projectId: string, row: MemberRow) {
  const now = await findMember(new ProjectDb(ask.env, projectId), row.principalId);
  return now?.revision === row.revision && now.role === 'owner' ? LAST_OWNER : null;
}

async function addService(
  ask: Ask,
  { projectId, principalId, precondition }: Named,
  { mine, role }: { readonly mine: Role; readonly role: Role },
): Promise<Result<Reply<Member>> | null> {
  const { env, actor, now } = ask;
  if (!principalId.startsWith('cli_')) return NOT_FOUND;
  const name = await findServiceName(platformDb(env), principalId);
  if (name === null) return NOT_FOUND;
  const may = mayGive(mine, role);
  if (!may.ok) return may;
  // Whoever names a revision means a member that is there.
  if (precondition.isGiven) return refuse('revision_mismatch', 'They are no member any more.');
  const member = { principalId, role, addedBy: actor.id, createdAt: now };
  const body = memberView({ ...member, name, email: null, revision: 1 });
  const done = await commit<Member>(ask, {
    statements: [insertMember(new ProjectDb(env, projectId), member, MEMBERS_MAX)],
    deed: {
      projectId,
      action: 'member.added',
      target: { type: 'member', id: principalId },
      changes: { before: null, after: { role } },
    },
    reply: {
      status: 201,
      body,
      headers: { ETag: '"v1"', Location: `/v1/projects/${projectId}/members/${principalId}` },
    },
  });
  forgetStanding(principalId);
  if (done !== null) return done;
  const found = await findMember(new ProjectDb(env, projectId), principalId);
  return found === null
    ? refuse('limit_reached', `A project has at most ${MEMBERS_MAX} members.`)
    : null;
}

/** Takes a member out of the project. Whoever wants to leave may, in any role. */
export function deleteMember(ask: Ask, named: Named): Promise<Result<Reply<null>>> {
  const { projectId, principalId } = named;
  const leaves = principalId === ask.actor.id && isMember(ask.actor, projectId);
  const { asks: _, ...actor } = ask.actor;
  const asked = leaves ? { ...ask, actor } : ask;
  return changeOnce(
    ask,
    () => find(asked, named),
    async ({ mine, row }) => {
      if (row === null) return NOT_FOUND;
      if (rankOf(row.role) > rankOf(mine)) return OWNERS_ONLY;
      const fits = checkRevision(named.precondition, row);
      if (!fits.ok) return fits;
      const done = await commit<null>(ask, {
        statements: removeMember(new ProjectDb(ask.env, projectId), row),
        deed: {
          projectId,
          action: 'member.removed',
          target: { type: 'member', id: principalId },
          changes: { before: { role: row.role }, after: null },
        },
        tells: [told(ask, 'member.removed', row, row.role)],
        reply: { status: 204, body: null },
      });
      forgetStanding(principalId);
      if (done?.ok) await closeSockets(ask.env, [principalId]);
      return done ?? lastOwnerOr(ask, projectId, row);
    },
  );
}
