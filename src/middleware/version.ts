// The version of the API within `/v1`: a date. There has been one so far, so what is pinned can be no other.

import type { Context } from 'hono';
import { API_VERSION } from '../contract/credential-field.ts';
import { refuse } from '../contract/error.ts';
import type { AppEnv } from './app-env.ts';
import { unwrap } from './refusal.ts';

const HEADER = 'Sluice-Version';
const VERSIONS: ReadonlySet<string> = new Set([API_VERSION]);

/** Answers in the version that is asked for, else in the one that the credential was made for. */
export function pinVersion(c: Context<AppEnv>): void {
  const asked = c.req.header(HEADER);
  if (asked !== undefined) {
    if (VERSIONS.has(asked)) c.header(HEADER, asked);
    else refuseVersion();
    return;
  }
  const pinned = c.get('credential')?.apiVersion;
  if (pinned !== undefined && pinned !== API_VERSION) c.header(HEADER, pinned);
}

function refuseVersion(): never {
  const message = `${HEADER} must be one of: ${[...VERSIONS].join(', ')}`;
  return unwrap(refuse('unknown_version', message, { errors: [{ path: `^${HEADER}`, message }] }));
}
