import { describe, expect, it } from 'vitest';
import { faultOf } from '../../src/contract/json-depth.ts';
import { ask, refusalOf } from './ask.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const post = (body: BodyInit | null, headers: Record<string, string> = JSON_TYPE) =>
  ask('/tasks', { method: 'POST', body, headers });

const chunked = (bytes: number) => {
  let left = bytes;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const size = Math.min(left, 65_536);
      if (size === 0) return controller.close();
      left -= size;
      controller.enqueue(new Uint8Array(size).fill(0x20));
    },
  });
};

describe('bodies', () => {
  it.each(['{', '[]', 'null', '"x"', '1', '{"a":1}}', '\u0000'])('%j is 400', async (text) => {
    const answer = await post(text);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: 'The body must be a JSON object',
      code: 'invalid_json',
    });
  });

  it.each([[''], [null]])('an absent body counts as {}', async (body) => {
    for (const headers of [JSON_TYPE, {}]) {
      const answer = await post(body, headers);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({
        error: 'Description is required',
        code: 'invalid_request',
        errors: [{ path: 'description', message: 'Description is required' }],
      });
    }
  });

  it('a wrong type of a field names the field', async () => {
    const answer = await ask('/tasks', { json: { description: 123 } });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: 'Description must be a string',
      errors: [{ path: 'description' }],
    });
  });

  it('a wrong parameter names the parameter', async () => {
    for (const limit of ['abc', '0', '-1', '101', '1.5']) {
      const answer = await ask(`/tasks?limit=${limit}`);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ errors: [{ path: '?limit' }] });
    }
  });

  it('over 1 MiB is 413, also in chunks that name no length', async () => {
    const stream = chunked(1_048_577);
    expect(await refusalOf(await post(stream))).toEqual([413, 'too_large']);
    const text = JSON.stringify({ description: 'x'.repeat(1_048_577) });
    expect(await refusalOf(await post(text))).toEqual([413, 'too_large']);
  });

  it('runner routes take 256 KiB', async () => {
    const body = chunked(262_145);
    const answer = await ask('/runners', { method: 'POST', body, headers: JSON_TYPE });
    expect(await refusalOf(answer)).toEqual([413, 'too_large']);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', 'text/json'])(
    '%s is 415',
    async (type) => {
      const answer = await post('{"description":"x"}', { 'Content-Type': type });
      expect(await refusalOf(answer)).toEqual([415, 'unsupported_media_type']);
    },
  );

  it.each(['APPLICATION/JSON; charset=UTF-8', 'application/vnd.sluice+json', 'application/json;'])(
    '%s is JSON',
    async (type) => {
      const answer = await post('{}', { 'Content-Type': type });
      expect(await answer.json()).toMatchObject({ error: 'Description is required' });
    },
  );

  it('a compressed body is 415', async () => {
    const answer = await post('x', { ...JSON_TYPE, 'Content-Encoding': 'gzip' });
    expect(await refusalOf(answer)).toEqual([415, 'unsupported_media_type']);
  });

  it('deep nesting is 400, at 33 levels and at 100,000', async () => {
    for (const depth of [33, 100_000]) {
      const nested = `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
      expect(await refusalOf(await post(nested))).toEqual([400, 'invalid_json']);
    }
    const allowed: unknown = JSON.parse(`{"a":${'['.repeat(31)}${']'.repeat(31)}}`);
    expect(faultOf(allowed)).toBe(null);
  });

  it.each(['__proto__', 'constructor'])('the key %s is 400 at any depth', async (key) => {
    for (const text of [`{"${key}":{}}`, `{"metadata":[{"${key}":1}]}`, `{"\\u005f_proto__":1}`]) {
      expect(await refusalOf(await post(text))).toEqual([400, 'invalid_json']);
    }
  });
});
