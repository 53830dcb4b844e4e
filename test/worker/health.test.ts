import { exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { ask, askRequired, refusalOf } from './ask.ts';
import { newTask } from './world.ts';

describe('health and routing', () => {
  it('GET /health tells the version of the package, and whether somebody has to be known', async () => {
    const { version } = packageJson;
    const answer = await ask('/health');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ status: 'ok', version });
    expect(answer.headers.get('Sluice-Auth-Mode')).toBe('open');
    const other = await askRequired('/health');
    expect(other.headers.get('Sluice-Auth-Mode')).toBe('required');
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
      expect(answer.headers.get('Content-Security-Policy')).toMatch(
        /^default-src 'none'.*frame-ancestors 'none'/,
      );
      expect(answer.headers.get('Cache-Control')).toBe('no-store');
    }
    const body: { requestId?: string } = await missing.json();
    expect(body.requestId).toBe(missing.headers.get('X-Request-ID'));
  });

  it('so have those that are no JSON, a stream, a socket, a preflight and a redirect among them', async () => {
    const taskId = await newTask();
    const origin = { Origin: 'http://localhost:3000' };
    const asked = { ...origin, 'Access-Control-Request-Method': 'POST' };
    for (const [path, init, status] of [
      [`/tasks/${taskId}/events`, { headers: { ...origin, Accept: 'text/event-stream' } }, 200],
      [`/stream/${taskId}`, { headers: { ...origin, Upgrade: 'websocket' } }, 101],
      ['/tasks', { method: 'OPTIONS', headers: asked }, 204],
      ['/docs', { redirect: 'manual' }, 307],
      ['/tasks', { headers: { Origin: 'https://evil.test' } }, 403],
    ] as const) {
      const answer = await ask(path, init);
      const { headers } = answer;
      expect([path, answer.status]).toEqual([path, status]);
      expect(headers.get('X-Request-ID')).toMatch(/^req_[0-9a-hjkmnp-tv-z]{26}$/);
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
      expect(headers.get('Referrer-Policy')).toBe('no-referrer');
      expect(headers.get('Content-Security-Policy')).toContain("default-src 'none'");
      expect(headers.get('Vary')).toBe(
        'Authorization, Cookie, Origin, AeThex-Environment, Sluice-Version',
      );
      const isOurs = 'headers' in init && init.headers.Origin === origin.Origin;
      expect(headers.get('Access-Control-Allow-Origin')).toBe(isOurs ? origin.Origin : null);
      answer.webSocket?.accept();
      answer.webSocket?.close(1000);
      if (answer.webSocket === null) await answer.body?.cancel();
    }
  });

  it('says over TLS that it is asked over TLS alone', async () => {
    const { headers } = await exports.default.fetch('https://localhost/health');
    expect(headers.get('Strict-Transport-Security')).toBe('max-age=31536000');
    expect((await ask('/health')).headers.has('Strict-Transport-Security')).toBe(false);
  });

  it('/docs leads to the page, and a page that is not built is 404', async () => {
    const answer = await ask('/docs', { redirect: 'manual' });
    expect([answer.status, answer.headers.get('Location')]).toEqual([307, '/docs/']);
    expect((await ask('/docs/nothing-here.html')).status).toBe(404);
  });
});
