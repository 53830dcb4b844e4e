// What every answer has in common, whatever was asked.

import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { app } from '../../src/app.ts';
import { ERRORS } from '../../src/contract/error.ts';
import { ask, askRequired, ORIGIN, refusalOf } from './ask.ts';
import { getTask, newTask, read, send } from './world.ts';

const LOCAL_PAGE = 'http://localhost:5173';
const listOf = (header: string | null) => new Set((header ?? '').split(', '));

function askWith(vars: Record<string, unknown>, path: string, init: RequestInit = {}) {
  const headers = new Headers(init.headers);
  headers.set('Host', 'localhost:3000');
  const request = new Request(ORIGIN + path, { ...init, headers });
  return Promise.resolve(app.fetch(request, { ...env, ...vars } as Env, createExecutionContext()));
}

describe('the id of a request', () => {
  it.each([
    ['GET', '/health', 200],
    ['GET', '/nowhere', 404],
    ['POST', '/health', 405],
    ['OPTIONS', '/tasks', 204],
    ['HEAD', '/tasks', 200],
    ['GET', '/docs', 307],
    ['GET', '/.well-known/jwks.json', 200],
  ])('stands on the answer to %s %s', async (method, path, status) => {
    const answer = await ask(path, { method, redirect: 'manual' });
    expect([answer.status, answer.headers.get('X-Request-ID')]).toEqual([
      status,
      expect.stringMatching(/^req_[0-9a-z]{26}$/),
    ]);
    expect(answer.headers.get('Sluice-Version')).toBe('2026-11-01');
  });

  it('is a new one each time, and the same in the body of a refusal', async () => {
    const [one, two] = [await ask('/nowhere'), await ask('/nowhere')];
    const { requestId } = await one.json<{ requestId: string }>();
    expect(one.headers.get('X-Request-ID')).toBe(requestId);
    expect(two.headers.get('X-Request-ID')).not.toBe(requestId);
  });
});

describe('the version', () => {
  it('may be asked for, and an unknown one is refused', async () => {
    const known = await ask('/health', { headers: { 'Sluice-Version': '2026-11-01' } });
    expect([known.status, known.headers.get('Sluice-Version')]).toEqual([200, '2026-11-01']);
    const unknown = await ask('/tasks', { headers: { 'Sluice-Version': '2025-01-01' } });
    expect(await refusalOf(unknown)).toEqual([400, 'unknown_version']);
  });
});

describe('a trace', () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  it('goes on in a span of ours', async () => {
    const traceparent = `00-${trace}-00f067aa0ba902b7-01`;
    const answer = await ask('/health', { headers: { traceparent } });
    const [, id, span, flags] = (answer.headers.get('traceresponse') ?? '').split('-');
    expect([id, flags]).toEqual([trace, '01']);
    expect(span).toMatch(/^[0-9a-f]{16}$/);
    expect(span).not.toBe('00f067aa0ba902b7');
  });

  it.each([
    '',
    'x',
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `ff-${trace}-00f067aa0ba902b7-01`,
    `00-${trace.toUpperCase()}-00f067aa0ba902b7-01`,
  ])('that is malformed is left alone: "%s"', async (traceparent) => {
    const answer = await ask('/health', { headers: { traceparent } });
    expect([answer.status, answer.headers.get('traceresponse')]).toEqual([200, null]);
  });
});

describe('maintenance', () => {
  const until = new Date(Date.now() + 3_600_000).toISOString();

  it('refuses what writes and says for how long; reads go on', async () => {
    const vars = { MAINTENANCE_UNTIL: until };
    const body = JSON.stringify({ description: 'x' });
    const headers = { 'Content-Type': 'application/json' };
    const write = await askWith(vars, '/tasks', { method: 'POST', headers, body });
    expect(write.status).toBe(503);
    expect(Number(write.headers.get('Retry-After'))).toBeGreaterThan(3_500);
    expect(await write.json()).toMatchObject({ code: 'maintenance' });
    expect((await askWith(vars, '/tasks')).status).toBe(200);
  });

  it.each([new Date(Date.now() - 1_000).toISOString(), 'soon', ''])(
    'is over, or was none, at "%s"',
    async (MAINTENANCE_UNTIL) => {
      const answer = await askWith({ MAINTENANCE_UNTIL }, '/tasks', { method: 'POST' });
      expect(answer.status).toBe(400);
    },
  );
});

describe('pages of other origins', () => {
  it('in required mode may read every answer of the API, never with cookies', async () => {
    for (const origin of ['https://app.test', undefined]) {
      const headers = origin === undefined ? {} : { Origin: origin };
      const answer = await askRequired('/tasks', { headers });
      expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*');
      expect(answer.headers.get('Access-Control-Allow-Credentials')).toBeNull();
    }
  });

  it('may send and read every header that is named here', async () => {
    const preflight = await ask('/tasks', {
      method: 'OPTIONS',
      headers: { Origin: LOCAL_PAGE, 'Access-Control-Request-Method': 'PATCH' },
    });
    const allowed = listOf(preflight.headers.get('Access-Control-Allow-Headers'));
    for (const name of [
      ...['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match', 'If-None-Match'],
      ...['AeThex-Environment', 'Sluice-Version', 'Last-Event-ID', 'traceparent', 'DPoP'],
    ]) {
      expect(allowed, name).toContain(name);
    }
    const answer = await ask('/tasks', { headers: { Origin: LOCAL_PAGE } });
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(LOCAL_PAGE);
    const exposed = listOf(answer.headers.get('Access-Control-Expose-Headers'));
    for (const name of [
      ...['X-Request-ID', 'traceresponse', 'Idempotent-Replayed', 'Location', 'ETag', 'Link'],
      ...['X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset', 'RateLimit-Policy'],
      ...['RateLimit', 'Retry-After', 'X-Total-Count', 'X-Page', 'X-Per-Page', 'X-Next-Cursor'],
      ...['Sluice-Version', 'Deprecation', 'Sunset', 'AeThex-Environment', 'WWW-Authenticate'],
      ...['Allow', 'DPoP-Nonce'],
    ]) {
      expect(exposed, name).toContain(name);
    }
    const [own] = [...answer.headers.keys()].filter((name) => name.startsWith('x-ratelimit'));
    expect(own).toBeDefined();
  });

  it.each([
    '/v1/auth/authorize',
    '/v1/auth/consent',
    '/signin',
    '/device',
    '/bootstrap',
    '/invite',
  ])('read nothing of %s', async (path) => {
    const asked = await askRequired(path, { headers: { Origin: 'https://app.test' } });
    expect(asked.headers.get('Access-Control-Allow-Origin')).toBeNull();
    const preflight = await askRequired(path, {
      method: 'OPTIONS',
      headers: { Origin: 'https://app.test', 'Access-Control-Request-Method': 'POST' },
    });
    expect(preflight.headers.get('Access-Control-Allow-Methods')).toBeNull();
    expect(preflight.headers.get('Access-Control-Allow-Origin')).toBeNull();
  });

  it('caches are told what an answer depends on', async () => {
    const vary = listOf((await ask('/tasks')).headers.get('Vary'));
    const named = ['Authorization', 'Cookie', 'Origin', 'AeThex-Environment', 'Sluice-Version'];
    for (const name of named) expect(vary).toContain(name);
  });
});

describe('bodies', () => {
  const post = (body: BodyInit, headers: Record<string, string> = {}) =>
    ask('/tasks', {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json', ...headers },
    });

  it.each([
    ['[]', 400],
    ['null', 400],
    ['"x"', 400],
    ['{', 400],
    ['{"description":"x","constructor":{}}', 400],
    ['{"description":"x","metadata":{"__proto__":{"a":1}}}', 400],
    [`{"description":"x","metadata":${'{"a":'.repeat(40)}1${'}'.repeat(40)}}`, 400],
    [`{"description":"x","metadata":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 400],
  ])('%.50s is refused', async (body, status) => {
    expect((await post(body)).status).toBe(status);
  });

  it('of 10⁵ keys are answered, and not with a fault', async () => {
    const metadata = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`k${n}`, 0]));
    const answer = await post(JSON.stringify({ description: 'x', metadata }));
    expect([400, 413]).toContain(answer.status);
  });

  it.each(['gzip', 'br', 'deflate', 'identity, gzip'])('packed as %s are 415', async (encoding) => {
    const answer = await post('{}', { 'Content-Encoding': encoding });
    expect(await refusalOf(answer)).toEqual([415, 'unsupported_media_type']);
  });

  it('that come in pieces are counted while they are read', async () => {
    let sent = 0;
    const piece = new TextEncoder().encode(' '.repeat(65_536));
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += piece.byteLength;
        controller.enqueue(piece);
      },
    });
    const answer = await post(endless);
    expect(await refusalOf(answer)).toEqual([413, 'too_large']);
    expect(sent).toBeLessThan(4 * 1_048_576);
  });

  it.each(['\u0000', 'a\u0000b', '\ud800', 'x\udfff', '\u2028', '\u202e', '\u001b[31m'])(
    'with the text %j are stored as they are or refused, and never a fault',
    async (text) => {
      const json = { description: `A${text}`, metadata: { note: text } };
      const { status, body } = await send<{ taskId: string }>('/tasks', json);
      expect([201, 400]).toContain(status);
      const found = await read(`/tasks?q=${encodeURIComponent('A')}`);
      expect(found.status).toBe(200);
      if (status !== 201) return;
      // White space around it is trimmed, as of any text.
      expect((await getTask(body.taskId)).description).toMatch(/^A/);
      const logged = await send(`/tasks/${body.taskId}/log`, { message: text.padEnd(9, '.') });
      expect(logged.status).toBeLessThan(500);
      const cancelled = await send(`/tasks/${body.taskId}/cancel`, { reason: text.padEnd(9, '.') });
      expect(cancelled.status).toBeLessThan(500);
    },
  );
});

describe('the log', () => {
  it('T11: is one line a fault, whatever a text in it holds', async () => {
    const lines: string[] = [];
    const spy = vi.spyOn(console, 'error').mockImplementation((line: unknown) => {
      lines.push(String(line));
    });
    const evil = 'one\r\n{"level":"error","forged":true}\u2028two\u2029three';
    const DB = {
      prepare: () => {
        throw new Error(evil);
      },
    };
    const path = `/tasks?q=${encodeURIComponent(evil)}`;
    const answer = await askWith({ DB }, path, { headers: { 'X-Request-ID': 'mine-1' } });
    spy.mockRestore();
    expect(answer.status).toBe(500);
    expect(JSON.stringify(await answer.json())).not.toContain('forged');
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(/[\r\n\u2028\u2029]/);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ clientRequestId: 'mine-1', error: evil });
  });

  it('names no client id that could forge anything', async () => {
    const lines: string[] = [];
    const spy = vi.spyOn(console, 'error').mockImplementation((line: unknown) => {
      lines.push(String(line));
    });
    const DB = {
      prepare: () => {
        throw new Error('away');
      },
    };
    await askWith({ DB }, '/tasks', { headers: { 'X-Request-ID': 'a b"c' } });
    spy.mockRestore();
    expect(JSON.parse(lines[0] ?? '{}')).not.toHaveProperty('clientRequestId');
  });
});

describe('problems', () => {
  it.each(Object.keys(ERRORS))('%s is explained where its type leads', async (code) => {
    const answer = await askRequired(`/problems/${code.replaceAll('_', '-')}`);
    expect(answer.status).toBe(200);
    const { status, meaning } = ERRORS[code as keyof typeof ERRORS];
    expect(await answer.json()).toMatchObject({ code, status, meaning });
  });

  it('are read as a page by a browser', async () => {
    const page = await ask('/problems/not-found', { headers: { Accept: 'text/html' } });
    expect(page.headers.get('Content-Type')).toContain('text/html');
    expect(await page.text()).toContain(ERRORS.not_found.meaning);
  });

  it.each([
    '/problems/nothing',
    '/problems/to-string',
    '/problems/not_found',
    '/problems/constructor',
  ])('%s is no problem of ours', async (path) => expect((await ask(path)).status).toBe(404));

  it('the type of a refusal leads there', async () => {
    const task = await newTask();
    const { body } = await send<{ type: string }>(`/tasks/${task}/restore`);
    expect((await ask(new URL(body.type).pathname)).status).toBe(200);
  });
});
