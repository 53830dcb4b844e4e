import type { Context } from 'hono';
import { refuse } from '../../contract/error.ts';
import type { AppEnv } from '../../middleware/app-env.ts';
import { readText } from '../../middleware/read-json.ts';
import { unwrap } from '../../middleware/refusal.ts';

const BYTES_MAX = 16_384;
const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;.*)?$/i;

/** The fields of a form as a browser posts it; of a field that comes twice the first counts. */
export async function readForm(c: Context<AppEnv>): Promise<(name: string) => string> {
  if (!FORM_TYPE.test(c.req.header('Content-Type') ?? '')) {
    unwrap(refuse('unsupported_media_type', 'The body must be a form.'));
  }
  const fields = new URLSearchParams(await readText(c.req.raw, BYTES_MAX));
  return (name) => fields.get(name) ?? '';
}
