// Which environment a request means: the one that its body or the header AeThex-Environment names.

import { ok, type Result, refuse } from '../contract/error.ts';
import type { Ask } from './ask.ts';

export const ENVIRONMENT_HEADER = 'AeThex-Environment';

interface Place {
  readonly environments: readonly string[];
}

const FORBIDDEN = refuse('environment_forbidden', 'The credential is not for this environment.');

const PARTS_ONLY = refuse('environment_forbidden', 'The credential is for some environments only.');

const atHeader = (code: 'unknown_environment' | 'invalid_request', message: string) =>
  refuse(code, message, { errors: [{ path: `^${ENVIRONMENT_HEADER}`, message }] });

const mayEnter = ({ actor }: Ask, environment: string): boolean =>
  actor.environments === undefined || actor.environments.includes(environment);

/** Whether the credential is for what is done in this environment, or to it. */
export const checkEnvironment = (ask: Ask, environment: string): Result<null> =>
  mayEnter(ask, environment) ? ok(null) : FORBIDDEN;

/** Of a whole project: it is not shown to a credential that is for some of its environments. */
export const checkWhole = ({ actor }: Ask): Result<null> =>
  actor.environments === undefined ? ok(null) : PARTS_ONLY;

/** The header has to name an environment of the project that the credential is for. */
export function checkHeader({ environment, ...ask }: Ask, { environments }: Place): Result<null> {
  if (environment === undefined) return ok(null);
  if (!environments.includes(environment)) {
    return atHeader('unknown_environment', 'The project has no environment of this name.');
  }
  return checkEnvironment({ environment, ...ask }, environment);
}

/** Where something is to be made: as the body says, else the header, else the default of the project. */
export function wantedEnvironment(
  ask: Ask,
  project: Place & { readonly defaultEnvironment: string },
  inBody: string | undefined,
): Result<string> {
  const { environment } = ask;
  const known = checkHeader(ask, project);
  if (!known.ok) return known;
  if (environment !== undefined && inBody !== undefined && environment !== inBody) {
    return atHeader('invalid_request', 'The header and the body name different environments.');
  }
  const wanted = inBody ?? environment ?? project.defaultEnvironment;
  if (!project.environments.includes(wanted)) {
    const message = `Environment must be one of: ${project.environments.join(', ')}`;
    return refuse('invalid_request', message, { errors: [{ path: 'environment', message }] });
  }
  return mayEnter(ask, wanted) ? ok(wanted) : FORBIDDEN;
}

/** The environments that a list shows; null: all of them. */
export function shownEnvironments({ environment, actor }: Ask): readonly string[] | null {
  return environment === undefined ? (actor.environments ?? null) : [environment];
}
