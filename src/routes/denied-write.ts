// A write that was refused for who asked is written down: a probing credential shows in the audit.

import type { Context } from 'hono';
import { auditDenial } from '../actions/effect.ts';
import { ERRORS } from '../contract/error.ts';
import { logLine } from '../contract/log-line.ts';
import { isMember } from '../contract/principal.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import type { ApiError } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';

const WRITES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
const PATH_MAX = 200;
/** The API, and the pages that do the same by hand. */
const AUDITED = /^\/(v1|account)\//;
const OF_PROJECT = /^\/(?:v1|account)\/projects\/(prj_[0-9a-z]{26})(\/|$)/;

/** Of each principal ten a minute. That it cannot be written down changes no answer. */
export async function noteDeniedWrite(c: Context<AppEnv>, { refusal }: ApiError): Promise<void> {
  const { method, path } = c.req;
  const { actor } = c.var;
  const isDenied = ERRORS[refusal.code].status === 403 && actor !== undefined;
  if (!isDenied || !WRITES.has(method) || !AUDITED.test(path)) return;
  const named = OF_PROJECT.exec(path)?.[1];
  // Who is no member writes nothing into a project, not even that they were turned away.
  const projectId = named !== undefined && isMember(actor, named) ? named : null;
  try {
    await auditDenial(askOf(c), {
      projectId,
      action: 'write.denied',
      target: { type: 'route', id: `${method} ${path}`.slice(0, PATH_MAX) },
      changes: { before: null, after: { code: refusal.code } },
    });
  } catch (error) {
    console.error(
      logLine({ level: 'error', message: 'A denial was not noted', error: String(error) }),
    );
  }
}
