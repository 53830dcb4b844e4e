// Streams that end with something else than a token that is taken back by hand.

import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { revokePat } from '../../src/db/pats.ts';
import { ask, askRequired, bearer } from './ask.ts';
import { newMember, newPat } from './people.ts';
import { eventually, newProject, newTask } from './world.ts';

/** A socket as a client has it: open until `code` says otherwise. */
async function open(path: string, token: string) {
  const headers = { Upgrade: 'websocket', ...bearer(token) };
  const { webSocket: socket } = await askRequired(path, { headers });
  if (!socket) throw new Error('No socket');
  const seen: { code: number | null } = { code: null };
  socket.addEventListener('close', ({ code }) => {
    seen.code = code;
    socket.close();
  });
  socket.accept();
  return seen;
}

/** Server-sent events, as far as they have come. */
async function follow(taskId: string, token: string) {
  const headers = { Accept: 'text/event-stream', ...bearer(token) };
  const answer = await askRequired(`/tasks/${taskId}/events`, { headers });
  expect(answer.status).toBe(200);
  const seen = { text: '', isOver: false };
  const read = async () => {
    for await (const chunk of answer.body ?? []) seen.text += new TextDecoder().decode(chunk);
    seen.isOver = true;
  };
  return { seen, done: read() };
}

describe('a project that is deleted', () => {
  it('closes the sockets on it and on its tasks, and no others', async () => {
    const projectId = await newProject();
    const owner = await newMember(projectId, 'owner');
    const taskId = await newTask({ projectId });
    const elsewhere = await newProject();
    const other = await newMember(elsewhere, 'viewer');
    const stays = await open(`/stream/${await newTask({ projectId: elsewhere })}`, other.token);
    const paths = [`/stream/${taskId}`, `/ws?projectId=${projectId}`, '/stream/health'];
    const mine = await Promise.all(paths.map((path) => open(path, owner.token)));
    expect(mine.map(({ code }) => code)).toEqual([null, null, null]);
    const read = await askRequired(`/v1/projects/${projectId}`, { headers: bearer(owner.token) });
    const answer = await askRequired(`/v1/projects/${projectId}`, {
      method: 'DELETE',
      headers: { ...bearer(owner.token), 'If-Match': read.headers.get('ETag') ?? '' },
    });
    expect(answer.status).toBe(204);
    await eventually(() => mine.map(({ code }) => code)).toEqual([4401, 4401, 4401]);
    expect(stays.code).toBe(null);
  });
});

describe('a runner that registers again', () => {
  it('loses what its old token has opened', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId });
    const register = async () => {
      const json = {
        ...{ projectId, instanceId: 'one', name: 'one', labels: [], environments: ['development'] },
        ...{ capacity: 1, protocols: ['sluice.runner.v1'] },
      };
      const answer = await ask('/runners', { json });
      return (await answer.json<{ token: string }>()).token;
    };
    const before = await open(`/stream/${taskId}`, await register());
    expect(before.code).toBe(null);
    const after = await open(`/stream/${taskId}`, await register());
    await eventually(() => before.code).toBe(4401);
    expect(after.code).toBe(null);
  });
});

describe('server-sent events', () => {
  it('end with the credential that they are asked by', async () => {
    const projectId = await newProject();
    const pat = await newMember(projectId, 'viewer');
    const other = await newPat(pat.userId);
    const { seen, done } = await follow(await newTask({ projectId }), pat.token);
    const rowOf = 'SELECT object FROM sockets WHERE credential = ?';
    await eventually(() => env.DB.prepare(rowOf).bind(pat.id).first('object')).toMatch(/^task_/);
    expect(seen.isOver).toBe(false);
    const headers = bearer(other.token);
    await askRequired(`/v1/tokens/${pat.id}`, { method: 'DELETE', headers });
    await done;
    expect(seen.text).toContain('event: task:created');
  });

  it('do not go on by a credential that only memory takes for good', async () => {
    const projectId = await newProject();
    const pat = await newMember(projectId, 'viewer');
    const taskId = await newTask({ projectId });
    const headers = bearer(pat.token);
    expect((await askRequired(`/tasks/${taskId}`, { headers })).status).toBe(200);
    await revokePat(env.DB, pat.id, Date.now()).run();
    const { done } = await follow(taskId, pat.token);
    await done;
  });
});
