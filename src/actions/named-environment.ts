import { ok, type Result, refuse } from '../contract/error.ts';
import type { EnvironmentRow } from '../db/environments.ts';
import type { Ask } from './ask.ts';
import { checkEnvironment, ENVIRONMENT_HEADER } from './environment.ts';
import { wrongMember } from './new-project.ts';

/**
 * The environment in which something is to be made that must say where: the one of the body, else of the header. There is
 * no default.
 */
export function namedEnvironment(
  ask: Ask,
  environments: readonly EnvironmentRow[],
  inBody: string | undefined,
): Result<EnvironmentRow> {
  const { environment: inHeader } = ask;
  if (inHeader !== undefined && inBody !== undefined && inHeader !== inBody) {
    const message = 'The header and the body name different environments.';
    return refuse('invalid_request', message, {
      errors: [{ path: `^${ENVIRONMENT_HEADER}`, message }],
    });
  }
  const wanted = inBody ?? inHeader;
  if (wanted === undefined) return wrongMember('environment', 'Environment is required');
  const found = environments.find(({ name }) => name === wanted);
  if (found === undefined) {
    const names = environments.map(({ name }) => name).join(', ');
    return wrongMember('environment', `Environment must be one of: ${names}`);
  }
  const may = checkEnvironment(ask, wanted);
  return may.ok ? ok(found) : may;
}
