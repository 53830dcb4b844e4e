// The body of a request, read once, with limits, before any schema looks at it.

import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { refuse } from '../contract/error.ts';
import { faultOf } from '../contract/json-depth.ts';
import type { AppEnv } from './app-env.ts';
import { unwrap } from './refusal.ts';

export const TASK_BODY_BYTES = 1_048_576;
export const RUNNER_BODY_BYTES = 262_144;

const JSON_TYPE = /^application\/([\w.-]+\+)?json\s*(;.*)?$/i;
/** As every validator knows it; another spelling is put into this form. */
const PLAIN_JSON = /^application\/json(;\s*charset=[\w-]+)?$/;
const NOT_AN_OBJECT = 'The body must be a JSON object';

/**
 * Reads the body and puts a checked copy in its place, so that the validator of the route reads what was
 * measured here. It stands after the check of the scope, and an absent body counts as `{}`.
 */
export function jsonBody(maxBytes: number) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const text = await readJson(c, maxBytes);
    if (PLAIN_JSON.test(c.req.header('Content-Type') ?? '')) {
      // What the validator would read again. Hono keeps promises here, whatever the type says.
      c.req.bodyCache.text = Promise.resolve(text) as unknown as string;
      return next();
    }
    const headers = new Headers(c.req.raw.headers);
    headers.set('Content-Type', 'application/json');
    headers.delete('Content-Length');
    c.req.raw = new Request(c.req.url, { method: c.req.method, headers, body: text });
    return next();
  });
}

async function readJson(c: Context<AppEnv>, maxBytes: number): Promise<string> {
  const encoding = c.req.header('Content-Encoding');
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    unwrap(refuse('unsupported_media_type', 'The body must not be compressed'));
  }
  const text = await readText(c.req.raw, maxBytes);
  if (text === '') return '{}';
  if (!JSON_TYPE.test(c.req.header('Content-Type') ?? '')) {
    unwrap(refuse('unsupported_media_type', 'The Content-Type must be application/json'));
  }
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    unwrap(refuse('invalid_json', NOT_AN_OBJECT));
  }
  const fault = faultOf(value);
  if (fault !== null) unwrap(refuse('invalid_json', fault));
  return text;
}

/** Counts while it reads, since a chunked body names no length, and stops at the limit. */
async function readText(request: Request, maxBytes: number): Promise<string> {
  if (request.body === null) return '';
  const length = Number(request.headers.get('Content-Length') ?? Number.NaN);
  if (length > maxBytes) unwrap(refuse('too_large', `The body must be ${maxBytes} bytes or less`));
  // A length that is named is kept by the server; only a chunked body has to be counted.
  if (length <= maxBytes) return (await request.text()).trim();
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
