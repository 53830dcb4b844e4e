// People with roles in projects, and tokens of theirs.

import { env } from 'cloudflare:workers';
import { newId } from '../../src/auth/id.ts';
import { newSecret } from '../../src/auth/secret.ts';
import { hashSecret, hintOf } from '../../src/auth/secret-hash.ts';
import { type Role, SCOPES } from '../../src/contract/principal.ts';
import { insertPat, type Pat } from '../../src/db/pats.ts';

const DAY_MS = 86_400_000;

/** A person with these roles by project; the first project is their default one. */
export async function newPerson(roles: Readonly<Record<string, Role>> = {}): Promise<string> {
  const now = Date.now();
  const id = newId('usr', now);
  const [first = null] = Object.keys(roles);
  await env.DB.prepare(
    'INSERT INTO users (id, name, email, default_project_id, created_at) VALUES (?, ?, ?, ?, ?)',
  )
    .bind(id, 'Ada', `${id}@example.com`, first, now)
    .run();
  for (const [projectId, role] of Object.entries(roles)) await setRole(id, projectId, role);
  return id;
}

export async function setRole(principalId: string, projectId: string, role: Role): Promise<void> {
  await env.DB.prepare(
    `INSERT INTO members (project_id, principal_id, role, added_by, created_at)
      VALUES (?, ?, ?, 'usr_local', ?) ON CONFLICT DO UPDATE SET role = excluded.role`,
  )
    .bind(projectId, principalId, role, Date.now())
    .run();
}

/** A token of theirs with all scopes, unless `fields` say otherwise. */
export async function newPat(userId: string, fields: Partial<Pat> = {}) {
  const now = Date.now();
  const token = newSecret('pat');
  const pat = {
    id: newId('tok', now),
    userId,
    parentId: null,
    grantId: null,
    name: 'test',
    scopes: SCOPES,
    projectIds: null,
    environments: null,
    ipCidrs: null,
    ratePerMinute: null,
    apiVersion: '2026-11-01',
    hint: hintOf(token),
    createdVia: 'signin',
    createdAt: now,
    expiresAt: now + DAY_MS,
    ...fields,
  };
  await insertPat(env.DB, { ...pat, hash: await hashSecret(env, token) }, 1_000).run();
  return { token, id: pat.id, userId };
}

/** A person of one project, with a token. */
export async function newMember(projectId: string, role: Role, fields: Partial<Pat> = {}) {
  return newPat(await newPerson({ [projectId]: role }), fields);
}
