import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { app } from '../../src/app.ts';
import { authenticate } from '../../src/auth/authenticate.ts';
import { newTaskId } from '../../src/auth/id.ts';
import { ask, askRequired, bearer, ORIGIN, refusalOf } from './ask.ts';
import { NOW, newRunner, work } from './credentials.ts';
import { agentToken } from './tokens.ts';

describe('who may come in', () => {
  it('open mode: no credential is the local owner, a bad one never is', async () => {
    const anonymous = { authorization: undefined, nowMs: NOW };
    expect(await authenticate(env, { ...anonymous, host: 'localhost' })).toMatchObject({
      ok: true,
      value: { actor: { id: 'usr_local', open: true, projects: 'all' } },
    });
    expect(await authenticate(env, { ...anonymous, host: 'evil.test' })).toMatchObject({
      ok: false,
    });
    for (const authorization of ['Bearer', 'Bearer x', 'Basic eDp5', 'Bearer a b', 'slc_run_']) {
      const answer = await ask('/tasks', { headers: { Authorization: authorization } });
      expect(await refusalOf(answer)).toEqual([401, 'invalid_token']);
    }
  });

  it('a header that names a user changes nothing', async () => {
    const headers = { 'x-user-id': 'usr_local', 'X-Forwarded-User': 'usr_local' };
    expect(await refusalOf(await askRequired('/tasks', { headers }))).toEqual([
      401,
      'unauthorized',
    ]);
  });

  it('a deployment without ROOT_KEY is a fault of the server, told to its log alone', async () => {
    const lines: string[] = [];
    const log = vi.spyOn(console, 'error').mockImplementation((line: string) => {
      lines.push(line);
    });
    const { token } = await newRunner();
    const { ROOT_KEY: _absent, ...bare } = env;
    const headers = { ...bearer(token), Host: 'localhost' };
    const answer = await app.request('http://localhost/tasks', { headers }, bare);
    log.mockRestore();
    expect(await refusalOf(answer)).toEqual([500, 'internal']);
    expect(lines).toHaveLength(1);
    const entry: { requestId: string; error: string } = JSON.parse(lines[0] ?? '');
    expect(entry.requestId).toBe(answer.headers.get('X-Request-ID'));
    expect(entry.error).toContain('ROOT_KEY is not set');
  });

  it('required mode without a credential says so and names the scheme', async () => {
    const answer = await askRequired('/tasks');
    expect(answer.headers.get('WWW-Authenticate')).toBe(
      `Bearer realm="sluice", resource_metadata="${ORIGIN}/.well-known/oauth-protected-resource", scope="tasks:read"`,
    );
    expect(await answer.json()).toMatchObject({ error: 'Authentication is required.' });
  });

  it('an agent touches its own task only, and never decides', async () => {
    const { token } = await agentToken(work, Date.now());
    const headers = bearer(token);
    const own = `/tasks/${work.taskId}`;
    const other = `/tasks/${newTaskId(NOW)}`;
    for (const path of [own, `${own}/gates`, `${own}/gates/review`, `${own}/events`]) {
      expect((await ask(path, { headers })).status).toBe(404);
    }
    const status = { json: { status: 'in-progress' }, headers };
    expect((await ask(`${own}/status`, status)).status).toBe(404);
    expect((await ask(`${own}/log`, { json: { message: 'x' }, headers })).status).toBe(404);
    for (const answer of [
      await ask(other, { headers }),
      await ask(`${other}/status`, status),
      await ask('/tasks', { headers }),
      await ask('/tasks', { json: { description: 'x' }, headers }),
      await ask('/config', { headers }),
      await ask(`${own}/cancel`, { json: {}, headers }),
      await ask(`${own}/events`, { json: {}, headers }),
      await ask(`${own}/gates/review/approve`, { json: {}, headers }),
      await ask(`${own}/gates/review/reject`, { json: {}, headers }),
    ]) {
      expect(await refusalOf(answer)).toEqual([403, 'agent_forbidden']);
    }
  });
});
