// What a person is told before they allow something.

import { standingOf } from '../auth/memberships.ts';
import type { OAuthClient } from '../auth/oauth-client.ts';
import type { Scope } from '../contract/principal.ts';
import { formActionOf, isLoopbackRedirect } from '../contract/redirect-uri.ts';
import { SCOPE_SENTENCES } from '../contract/scope-sentence.ts';
import { platformDb } from '../db/database.ts';
import { findEarlierGrants } from '../db/grants.ts';
import { listOwnProjects, type OwnProject } from '../db/own-projects.ts';
import type { PersonVisit } from './visit.ts';

export interface ConsentView {
  /** The question, and the token that its form carries. */
  readonly id: string;
  readonly token: string;
  readonly client: {
    /** As it calls itself. */
    readonly name: string;
    readonly id: string;
    /** Of a client that describes itself at its own URL: the one thing about it that is proven. */
    readonly host: string | null;
  };
  readonly isFirst: boolean;
  readonly account: { readonly name: string; readonly email: string | null };
  readonly projects: readonly OwnProject[];
  readonly scopes: readonly { readonly scope: Scope; readonly sentence: string }[];
  readonly resources: readonly string[];
  /** Null for a device, which asks by itself. */
  readonly returnsTo: {
    /** The host, or the scheme of an app. */
    readonly name: string;
    readonly isThisMachine: boolean;
    readonly formAction: string;
  } | null;
}

export const PROJECTS_SHOWN = 100;

export interface Wish {
  readonly client: OAuthClient;
  readonly scopes: readonly Scope[];
  readonly resources: readonly string[];
  readonly redirectUri: string | null;
}

export async function viewOfWish(
  { env, now, caller }: PersonVisit,
  { client, scopes, resources, redirectUri }: Wish,
  form: { readonly id: string; readonly token: string },
): Promise<ConsentView> {
  const { id: userId, name } = caller.actor;
  const db = platformDb(env);
  const [standing, projects, earlier] = await Promise.all([
    standingOf(env, userId, { nowMs: now }),
    listOwnProjects(db, userId, PROJECTS_SHOWN),
    findEarlierGrants(db, userId, client.id),
  ]);
  return {
    ...form,
    client: {
      name: client.name,
      id: client.id,
      host: client.kind === 'metadata' ? new URL(client.id).host : null,
    },
    isFirst: earlier.length === 0,
    account: { name, email: standing.ok ? (standing.value?.email ?? null) : null },
    projects,
    scopes: scopes.map((scope) => ({ scope, sentence: SCOPE_SENTENCES[scope] })),
    resources,
    returnsTo: redirectUri === null ? null : returnOf(redirectUri),
  };
}

function returnOf(uri: string) {
  const { protocol, host } = new URL(uri);
  const isWeb = protocol === 'https:' || protocol === 'http:';
  return {
    name: isWeb ? host : protocol.slice(0, -1),
    isThisMachine: isLoopbackRedirect(uri),
    formAction: formActionOf(uri),
  };
}

/** What the form says about projects. */
export interface ProjectChoice {
  readonly all: boolean;
  readonly projectIds: readonly string[];
}

/** The projects that were chosen; null for all, undefined where the choice names none or one that is not theirs. */
export function chosenProjects(
  { caller }: PersonVisit,
  { all, projectIds }: ProjectChoice,
): readonly string[] | null | undefined {
  if (all) return null;
  const { projects } = caller.actor;
  const chosen = [...new Set(projectIds)];
  const isOwn = (id: string): boolean => projects === 'all' || Object.hasOwn(projects, id);
  if (chosen.length === 0 || chosen.length > PROJECTS_SHOWN) return undefined;
  return chosen.every(isOwn) ? chosen : undefined;
}
