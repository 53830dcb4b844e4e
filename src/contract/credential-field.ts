// The fields that limit a credential: of a personal access token and of a client alike.

import { z } from 'zod';
import { fieldInteger } from './field.ts';
import { fieldLine } from './plain-text.ts';
import { SCOPES } from './principal.ts';

/** The version of the API that a new credential is made for. */
export const API_VERSION = '2026-11-01';

export const CredentialName = fieldLine('Name', 100);

export const ScopeList = z
  .array(z.enum(SCOPES, { error: `Scopes must be of: ${SCOPES.join(' ')}` }), {
    error: 'Scopes must be a list',
  })
  .min(1, 'Scopes must name at least one')
  .max(SCOPES.length, `Scopes must be ${SCOPES.length} or fewer`);

/** Null and absent: no limit of its own. */
export const EnvironmentList = z
  .array(
    z
      .string({ error: 'Environments must be names' })
      .regex(/^[a-z][a-z0-9-]{0,31}$/, 'An environment is named in a-z, 0-9 and -'),
    { error: 'Environments must be a list' },
  )
  .min(1, 'Environments must name at least one')
  .max(10, 'Environments must be 10 or fewer')
  .nullish();

/** It lowers the quota that the credential has; null and absent: the default one. */
export const RatePerMinute = fieldInteger('RateLimitPerMinute', 1, 600).nullish();
