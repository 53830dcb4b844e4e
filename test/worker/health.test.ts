import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { ask, refusalOf } from './ask.ts';

describe('health and routing', () => {
  it('GET /health tells the version of the package', async () => {
    const answer = await ask('/health');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ status: 'ok', version: packageJson.version });
  });

  it('HEAD is GET without a body', async () => {
    const answer = await ask('/health', { method: 'HEAD' });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('');
  });

  it('an unknown route is 404, with `error` first in the body', async () => {
    const answer = await ask('/nowhere');
    expect(answer.status).toBe(404);
    const text = await answer.text();
    expect(text.startsWith('{"error":"Not found","code":"not_found"')).toBe(true);
  });

  it('a known path with a wrong method is 405 and names the right ones', async () => {
    const answer = await ask('/health', { method: 'POST' });
    expect(answer.headers.get('Allow')).toBe('GET, HEAD, OPTIONS');
    expect(await refusalOf(answer)).toEqual([405, 'method_not_allowed']);
    const tasks = await ask('/tasks', { method: 'DELETE' });
    expect(tasks.headers.get('Allow')).toBe('GET, HEAD, OPTIONS, POST');
    expect(tasks.status).toBe(405);
  });

  it('OPTIONS without a preflight names the methods', async () => {
    const answer = await ask('/tasks', { method: 'OPTIONS' });
    expect([answer.status, answer.headers.get('Allow')]).toEqual([204, 'GET, HEAD, OPTIONS, POST']);
  });

  it.each(['paused', 'trashed', 'archived', 'trash'])('/tasks/%s is no task', async (word) => {
    const answer = await ask(`/tasks/${word}/gates`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ error: 'Not found' });
  });

  it('every answer has a request id and the headers that keep it safe', async () => {
    const init = { headers: { 'X-Request-ID': 'mine' } };
    const [health, missing] = await Promise.all([ask('/health', init), ask('/nowhere', init)]);
    for (const answer of [health, missing]) {
      expect(answer.headers.get('X-Request-ID')).toMatch(/^req_[0-9a-hjkmnp-tv-z]{26}$/);
      expect(answer.headers.get('X-Content-Type-Options')).toBe('nosniff');
      expect(answer.headers.get('Referrer-Policy')).toBe('no-referrer');
      expect(answer.headers.get('Cache-Control')).toBe('no-store');
    }
    const body: { requestId?: string } = await missing.json();
    expect(body.requestId).toBe(missing.headers.get('X-Request-ID'));
  });

  it('/docs leads to the page, and a page that is not built is 404', async () => {
    const answer = await ask('/docs', { redirect: 'manual' });
    expect([answer.status, answer.headers.get('Location')]).toEqual([307, '/docs/']);
    expect((await ask('/docs/nothing-here.html')).status).toBe(404);
  });
});
