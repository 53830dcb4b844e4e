// A project with people in every role, each signed in, and one who is no member.

import { env } from 'cloudflare:workers';
import { newId } from '../../src/auth/id.ts';
import { ROLES, type Role } from '../../src/contract/principal.ts';
import type { Project } from '../../src/contract/project.ts';
import { askAs, newPerson, type Person, signInAs } from './signin-world.ts';
import { send } from './world.ts';

const MEMBER = `INSERT INTO members (project_id, principal_id, role, added_by, created_at)
  VALUES (?1, ?2, ?3, 'usr_local', ?4)`;
const CLIENT = `INSERT INTO clients (id, project_id, name, kind, auth_method, api_version, created_by, created_at, updated_at)
  VALUES (?1, ?2, 'CI', 'service', 'client_secret', '2026-11-01', 'usr_local', ?3, ?3)`;

export type Asking = (
  path: string,
  init?: RequestInit & { readonly json?: unknown },
) => Promise<Response>;
export interface SignedIn extends Person {
  readonly ask: Asking;
}

export async function signedIn(authTimeMs = Date.now()): Promise<SignedIn> {
  const person = await newPerson();
  const { cookie } = await signInAs(person.id, { authTimeMs });
  return { ...person, ask: (path, init = {}) => askAs(cookie, path, init) };
}

export async function addMember(projectId: string, principalId: string, role: Role) {
  await env.DB.prepare(MEMBER).bind(projectId, principalId, role, Date.now()).run();
}

/** A service with its home elsewhere. */
export async function newService(projectId: string): Promise<string> {
  const id = newId('cli', Date.now());
  await env.DB.prepare(CLIENT).bind(id, projectId, Date.now()).run();
  return id;
}

export async function newTeam() {
  const { body } = await send<Project>('/v1/projects', { name: 'Team' });
  const people = await Promise.all(
    ROLES.map(async (role) => {
      const person = await signedIn();
      await addMember(body.id, person.id, role);
      return [role, person] as const;
    }),
  );
  const team = Object.fromEntries(people) as Readonly<Record<Role, SignedIn>>;
  return { projectId: body.id, ...team, stranger: await signedIn() };
}
export type Team = Awaited<ReturnType<typeof newTeam>>;

/** The role as D1 has it; null for who is no member. */
export const roleOf = (projectId: string, principalId: string) =>
  env.DB.prepare('SELECT role FROM members WHERE project_id = ? AND principal_id = ?')
    .bind(projectId, principalId)
    .first<string>('role');
