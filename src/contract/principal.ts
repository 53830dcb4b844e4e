import { z } from 'zod';
import { type Result, refuse } from './error.ts';

export const SCOPES = [
  'projects:read',
  'projects:write',
  'deployments:read',
  'deployments:write',
  'incidents:read',
  'incidents:write',
  'members:read',
  'members:write',
  'metrics:read',
  'webhooks:read',
  'webhooks:write',
  'tasks:read',
  'tasks:write',
  'tasks:run',
  'gates:approve',
  'tokens:read',
  'tokens:write',
  'clients:read',
  'clients:write',
  'audit:read',
] as const;
export const Scope = z.enum(SCOPES);
export type Scope = z.infer<typeof Scope>;

/** From the least to the most; each has what those before it have. */
export const ROLES = ['viewer', 'developer', 'project-admin', 'owner'] as const;
export const Role = z.enum(ROLES).meta({ id: 'Role' });
export type Role = z.infer<typeof Role>;

const VIEWER: readonly Scope[] = [
  'projects:read',
  'deployments:read',
  'incidents:read',
  'members:read',
  'metrics:read',
  'tasks:read',
];
const DEVELOPER: readonly Scope[] = [
  ...VIEWER,
  'deployments:write',
  'incidents:write',
  'tasks:write',
  'tasks:run',
  'gates:approve',
  'webhooks:read',
  'clients:read',
];
const PROJECT_ADMIN: readonly Scope[] = [
  ...DEVELOPER,
  'projects:write',
  'members:write',
  'webhooks:write',
  'clients:write',
  'audit:read',
];

/** What a role lets its holder do in its project, as far as the credential does too. */
export const ROLE_SCOPES: Readonly<Record<Role, readonly Scope[]>> = {
  viewer: VIEWER,
  developer: DEVELOPER,
  'project-admin': PROJECT_ADMIN,
  owner: PROJECT_ADMIN,
};

/** Scopes that act on the person's own things, or on nothing yet, and so need no role. */
export const SCOPES_WITHOUT_ROLE: ReadonlySet<Scope> = new Set(['tokens:read', 'tokens:write']);

export const rankOf = (role: Role): number => ROLES.indexOf(role);

/**
 * Who asks, and what the credential lets them do. It comes from the credential alone. `projects` are those the
 * principal is a member of, with the role, cut to those the credential is for; the local owner of open mode owns all
 * of them.
 */
export interface Actor {
  readonly id: string;
  readonly name: string;
  readonly kind: 'person' | 'service' | 'runner' | 'agent';
  readonly scopes: readonly Scope[];
  readonly projects: 'all' | Readonly<Record<string, Role>>;
  /** Those that are deleted, where that does not follow from `projects`. */
  readonly gone?: readonly string[];
  /** The environments that the credential is for; absent: all. */
  readonly environments?: readonly string[];
  /** Empty while the principal has none yet. */
  readonly defaultProjectId: string;
  /** True for a request without a credential in open mode: a body's `approver` is believed then. */
  readonly open: boolean;
  /** What this request is for: the role in the project that it meets must allow it too. */
  readonly asks?: Scope;
  /** Of a runner: who has registered it. */
  readonly owner?: string;
  /** An agent's credential is bound to one task, attempt and epoch. */
  readonly task?: { readonly id: string; readonly attempt: number; readonly epoch: number };
}

/** By what the actor has shown who it is. It stays at the edge; objects are told the actor alone. */
export interface Credential {
  readonly kind: 'open' | 'signin' | 'pat' | 'access_token' | 'runner' | 'agent';
  /** `tok_…`, a `jti`, the id of a sign-in; null where there is none. */
  readonly id: string | null;
  /** The OAuth client that asks. */
  readonly clientId?: string;
  readonly grantId?: string;
  /** When the person last proved who they are, in milliseconds; absent: never asked for. */
  readonly authTimeMs?: number;
  readonly expiresAtMs?: number;
  /** The projects that it is for; absent: all of the principal's. */
  readonly projectIds?: readonly string[];
  /** Of the credential's own, in requests a minute. */
  readonly ratePerMinute?: number;
  /** True for one that is good from some networks only. */
  readonly isNetworked?: true;
  /** The version of the API that it was made for. */
  readonly apiVersion?: string;
  /** True where another principal acts for this one (RFC 8693 `act`). */
  readonly delegated?: true;
}

/** Who asks, and by what. */
export interface Caller {
  readonly actor: Actor;
  readonly credential: Credential;
}

/** The role of the actor in a project; undefined where it may not even know of it. */
export const roleIn = (actor: Actor, projectId: string): Role | undefined => {
  if (actor.gone?.includes(projectId)) return undefined;
  if (actor.projects === 'all') return 'owner';
  return Object.hasOwn(actor.projects, projectId) ? actor.projects[projectId] : undefined;
};

/** Whether the actor may know of anything in this project. Who may not is answered as if it did not exist. */
export const isMember = (actor: Actor, projectId: string): boolean =>
  roleIn(actor, projectId) !== undefined;

/** What the actor may do in a project: what its credential and its role both allow. */
export function scopesIn(actor: Actor, projectId: string): readonly Scope[] {
  const role = roleIn(actor, projectId);
  if (role === undefined) return [];
  if (actor.projects === 'all') return actor.scopes;
  return actor.scopes.filter((scope) => ROLE_SCOPES[role].includes(scope));
}

const ROLE_TOO_LOW = refuse('role_too_low', 'Your role in this project does not allow this.', {
  hint: 'Request the project-admin role.',
});
const ENVIRONMENT_FORBIDDEN = refuse(
  'environment_forbidden',
  'The credential is not for this environment.',
);

/**
 * Lets the actor do what it asks in a project, and in one of its environments where one is named. Who is no member gets
 * `foreign`: the answer that an id gets which never was.
 */
export function admit(
  actor: Actor,
  place: { readonly projectId: string; readonly environment?: string },
  foreign: Extract<Result<never>, { ok: false }>,
): Result<null> {
  const role = roleIn(actor, place.projectId);
  if (role === undefined) return foreign;
  if (actor.asks !== undefined && !mayAsk(actor.asks, role)) return ROLE_TOO_LOW;
  const { environments } = actor;
  const { environment } = place;
  const elsewhere =
    environments !== undefined && environment !== undefined && !environments.includes(environment);
  return elsewhere ? ENVIRONMENT_FORBIDDEN : { ok: true, value: null };
}

const mayAsk = (scope: Scope, role: Role): boolean =>
  SCOPES_WITHOUT_ROLE.has(scope) || ROLE_SCOPES[role].includes(scope);
