// The body of a request, read once, with limits, before any schema looks at it.

import type { Context } from 'hono';
import { refuse } from '../contract/error.ts';
import { faultOf } from '../contract/json-depth.ts';
import type { AppEnv } from './app-env.ts';
import { unwrap } from './refusal.ts';

export const TASK_BODY_BYTES = 1_048_576;
export const RUNNER_BODY_BYTES = 262_144;
export const PLATFORM_BODY_BYTES = 262_144;

const JSON_TYPE = /^application\/([\w.-]+\+)?json\s*(;.*)?$/i;
const NOT_AN_OBJECT = 'The body must be a JSON object';

/** The body as it came, without the white space around it. */
export async function readBody(c: Context<AppEnv>, maxBytes: number): Promise<string> {
  const encoding = c.req.header('Content-Encoding');
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    unwrap(refuse('unsupported_media_type', 'The body must not be compressed'));
  }
  return readText(c.req.raw, maxBytes);
}

/** The body as a JSON object; an absent one counts as `{}`. */
export function parseBody(c: Context<AppEnv>, text: string): object {
  if (text === '') return {};
  if (!JSON_TYPE.test(c.req.header('Content-Type') ?? '')) {
    unwrap(refuse('unsupported_media_type', 'The Content-Type must be application/json'));
  }
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return unwrap(refuse('invalid_json', NOT_AN_OBJECT));
  }
  const fault = faultOf(value);
  if (fault !== null) unwrap(refuse('invalid_json', fault));
  return value;
}

/** Counts while it reads, since a chunked body names no length, and stops at the limit. */
export async function readText(request: Request, maxBytes: number): Promise<string> {
  const length = Number(request.headers.get('Content-Length') ?? Number.NaN);
  if (length > maxBytes) unwrap(refuse('too_large', `The body must be ${maxBytes} bytes or less`));
  // A length that is named is kept by the server; only a chunked body has to be counted.
  if (length <= maxBytes) return (await request.text()).trim();
  if (request.body === null) return '';
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for await (const chunk of request.body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) {
      unwrap(refuse('too_large', `The body must be ${maxBytes} bytes or less`));
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return (text + decoder.decode()).trim();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return unwrap(refuse('invalid_json', NOT_AN_OBJECT));
  }
}
