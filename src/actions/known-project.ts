// What the task API knows of projects: kept for half a minute in the memory of the isolate, and with them D1 may be away.

import { type ApprovalPolicy, DEFAULT_APPROVAL } from '../contract/approval.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import { LOCAL_PROJECT_ID } from '../contract/id.ts';
import { DEFAULT_ENVIRONMENT, ENVIRONMENTS } from '../contract/project.ts';
import { platformDb } from '../db/database.ts';
import type { EnvironmentRow } from '../db/environments.ts';
import { findProject, type ProjectRow } from '../db/projects.ts';
import type { Ask } from './ask.ts';

/** What the task API has to know of a project. */
export interface Project {
  readonly id: string;
  readonly name: string;
  readonly defaultEnvironment: string;
  /** Their names. */
  readonly environments: readonly string[];
  /** What those ask for that are protected, by name; null while it cannot be known. */
  readonly protections: Readonly<Record<string, ApprovalPolicy>> | null;
}

export const PROJECT_NOT_FOUND = refuse('not_found', 'Project not found');
const UNAVAILABLE = refuse('unavailable', 'The project cannot be looked up at the moment.');

/** The default project of the local owner before anybody has asked for it as a project. */
export const LOCAL_PROJECT: Project = {
  id: LOCAL_PROJECT_ID,
  name: 'my-project',
  defaultEnvironment: DEFAULT_ENVIRONMENT,
  environments: ENVIRONMENTS,
  protections: {},
};

/**
 * What an environment asks for before a merge, where it is protected. One of which nothing can be known is taken for
 * protected: that costs an approval too many at worst.
 */
export const protectionOf = (
  { protections }: Pick<Project, 'protections'>,
  environment: string,
): ApprovalPolicy | undefined => {
  if (protections === null) return { ...DEFAULT_APPROVAL, preventSelfApproval: false };
  return Object.hasOwn(protections, environment) ? protections[environment] : undefined;
};

const protectionsIn = (rows: readonly EnvironmentRow[]) =>
  Object.fromEntries(
    rows.flatMap(({ name, protected: isProtected, approval }) =>
      isProtected ? [[name, approval ?? DEFAULT_APPROVAL]] : [],
    ),
  );

/** A project as it is kept in memory, of its row. */
export const knownOf = ({ environments, ...row }: ProjectRow): Project => ({
  ...row,
  environments: environments.map(({ name }) => name),
  protections: protectionsIn(environments),
});

/** Projects by id. They rarely change, and with them D1 may be away. */
const known = new Map<string, { readonly project: Project; readonly until: number }>();
const KNOWN_MS = 30_000;
const KNOWN_MAX = 10_000;

/** This isolate looks again: the project has changed. */
export function forgetProject(id: string): void {
  known.delete(id);
}

/** A project by its id, whoever asks. */
export async function readProject(ask: Ask, id: string): Promise<Result<Project>> {
  const cached = known.get(id);
  if (cached !== undefined && cached.until > ask.now) return ok(cached.project);
  // A laptop has one isolate, which sees each change of the local project: it need not look twice.
  const isLocal = id === LOCAL_PROJECT_ID;
  try {
    const row = await findProject(platformDb(ask.env), id);
    if (row === null && !isLocal) {
      known.delete(id);
      return PROJECT_NOT_FOUND;
    }
    const project = row === null ? LOCAL_PROJECT : knownOf(row);
    if (known.size >= KNOWN_MAX) known.clear();
    known.set(id, { project, until: isLocal ? Number.POSITIVE_INFINITY : ask.now + KNOWN_MS });
    return ok(project);
  } catch {
    // D1 is away: what was so half a minute ago is as good as any.
    if (cached !== undefined) return ok(cached.project);
    return isLocal ? ok({ ...LOCAL_PROJECT, protections: null }) : UNAVAILABLE;
  }
}
