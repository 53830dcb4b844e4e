import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { closeSockets } from '../../src/actions/close-sockets.ts';
import { newId } from '../../src/auth/id.ts';
import { revokePat } from '../../src/db/pats.ts';
import { ask, askRequired, bearer } from './ask.ts';
import { newMember, newPat } from './people.ts';
import { askAs, newPerson, ownPage, signInAs } from './signin-world.ts';
import { personToken } from './tokens.ts';
import { eventually, newProject, newTask, projectStub, taskStub } from './world.ts';

/** A socket as a client has it: open until `code` says otherwise. */
async function openWith(path: string, credential: Record<string, string>) {
  const headers = { Upgrade: 'websocket', ...credential };
  const { webSocket: socket } = await askRequired(path, { headers });
  if (!socket) throw new Error('No socket');
  const seen: { code: number | null; frames: number } = { code: null, frames: 0 };
  socket.addEventListener('message', () => {
    seen.frames += 1;
  });
  socket.addEventListener('close', ({ code }) => {
    seen.code = code;
    socket.close();
  });
  socket.accept();
  return seen;
}

const open = (path: string, token: string) => openWith(path, bearer(token));

async function newWatched(fields: { expiresAt?: number } = {}) {
  const projectId = await newProject();
  const pat = await newMember(projectId, 'viewer', fields);
  const taskId = await newTask({ projectId });
  const paths = [`/stream/${taskId}`, '/ws', '/stream/health'] as const;
  return { projectId, taskId, pat, paths };
}

const rowsOf = async (credential: string) => {
  const rows = await env.DB.prepare('SELECT object FROM sockets WHERE credential = ?')
    .bind(credential)
    .all<{ object: string }>();
  return rows.results.map(({ object }) => object).sort();
};

const sleepAll = async (projectId: string, taskId: string) => {
  await evictDurableObject(taskStub(taskId));
  await evictDurableObject(projectStub(projectId));
};

describe('a socket ends with its credential', () => {
  it.each(['awake', 'asleep'])('when it is revoked, while the object is %s', async (state) => {
    const { projectId, taskId, pat, paths } = await newWatched();
    const other = await newPat(pat.userId);
    const mine = await Promise.all(paths.map((path) => open(path, pat.token)));
    const theirs = await Promise.all(paths.map((path) => open(path, other.token)));
    expect(await rowsOf(pat.id)).toEqual([projectId, taskId].sort());
    if (state === 'asleep') await sleepAll(projectId, taskId);
    const answer = await askRequired(`/v1/tokens/${pat.id}`, {
      method: 'DELETE',
      headers: bearer(other.token),
    });
    expect(answer.status).toBe(204);
    await eventually(() => mine.map(({ code }) => code)).toEqual([4401, 4401, 4401]);
    expect(theirs.map(({ code }) => code)).toEqual([null, null, null]);
    expect(await rowsOf(pat.id)).toEqual([]);
  });

  it('when the sign-in is over, the grant is taken back, or the person leaves the project', async () => {
    const { id, projectId } = await newPerson('viewer');
    const path = `/stream/${await newTask({ projectId })}`;
    const now = Date.now();
    const other = await signInAs(id);
    const { cookie, row } = await signInAs(id);
    const grantId = newId('grt', now);
    await env.DB.prepare(
      "INSERT INTO grants (id, user_id, client_id, scopes, resources, created_at) VALUES (?, ?, 'cli_sluice', '[]', '[]', ?)",
    )
      .bind(grantId, id, now)
      .run();
    const token = await personToken(id, now, { grt: grantId });
    const signedIn = await openWith(path, ownPage(cookie));
    const app = await openWith(path, bearer(token));
    const stays = await openWith(path, ownPage(other.cookie));
    await askAs(other.cookie, `/v1/auth/signins/${row.id}`, { method: 'DELETE' });
    await eventually(() => signedIn.code).toBe(4401);
    await askAs(other.cookie, `/v1/grants/${grantId}`, { method: 'DELETE' });
    await eventually(() => app.code).toBe(4401);
    expect(stays.code).toBe(null);
    const left = await askAs(other.cookie, `/v1/projects/${projectId}/members/${id}`, {
      method: 'DELETE',
    });
    expect(left.status).toBe(204);
    await eventually(() => stays.code).toBe(4401);
  });

  it('and with all of its principal', async () => {
    const { pat, paths } = await newWatched();
    const mine = await Promise.all(paths.map((path) => open(path, pat.token)));
    await closeSockets(env, [pat.userId]);
    await eventually(() => mine.map(({ code }) => code)).toEqual([4401, 4401, 4401]);
  });

  it.each(['awake', 'asleep'])(
    'at its time, by the one alarm, while the object is %s',
    async (state) => {
      const expiresAt = Date.now() + 3_600_000;
      const { projectId, taskId, pat, paths } = await newWatched({ expiresAt });
      const mine = await Promise.all(paths.map((path) => open(path, pat.token)));
      const alarmOf = (stub: DurableObjectStub<undefined>) =>
        runInDurableObject(stub, (_object, ctx) => ctx.storage.getAlarm());
      expect(await alarmOf(taskStub(taskId) as never)).toBeLessThanOrEqual(expiresAt);
      expect(await alarmOf(projectStub(projectId) as never)).toBeLessThanOrEqual(expiresAt);
      if (state === 'asleep') await sleepAll(projectId, taskId);
      expect(mine.map(({ code }) => code)).toEqual([null, null, null]);
      // The same sockets, opened by a token whose time has come.
      const late = await newPat(pat.userId, { expiresAt: Date.now() + 1_500 });
      const ending = await Promise.all(paths.map((path) => open(path, late.token)));
      if (state === 'asleep') await sleepAll(projectId, taskId);
      await eventually(() => ending.map(({ code }) => code)).toEqual([4401, 4401, 4401]);
      expect(mine.map(({ code }) => code)).toEqual([null, null, null]);
      await runDurableObjectAlarm(taskStub(taskId));
    },
  );

  it('is not opened where the object has heard of the death since the credential was looked at', async () => {
    const { taskId, pat } = await newWatched();
    const watcher = { subjects: [pat.id], expiresAt: null, checkedAt: Date.now() };
    await runInDurableObject(taskStub(taskId), (task) =>
      task.closeSockets([pat.id], watcher.checkedAt),
    );
    const answer = await taskStub(taskId).fetch(`http://localhost/stream/${taskId}`, {
      headers: {
        upgrade: 'websocket',
        'x-sluice-actor': JSON.stringify({ id: 'usr_local', projects: 'all', scopes: [] }),
        'x-sluice-watcher': JSON.stringify(watcher),
      },
    });
    const code = new Promise((resolve) => {
      answer.webSocket?.addEventListener('close', (event) => resolve(event.code));
    });
    answer.webSocket?.accept();
    expect(await code).toBe(4401);
  });

  it('asks D1 whether the credential lives, whatever memory says', async () => {
    const { taskId, pat } = await newWatched();
    const read = await askRequired(`/tasks/${taskId}`, { headers: bearer(pat.token) });
    expect(read.status).toBe(200);
    await revokePat(env.DB, pat.id, Date.now()).run();
    const seen = await open(`/stream/${taskId}`, pat.token);
    await eventually(() => seen.code).toBe(4401);
    expect(seen.frames).toBe(0);
  });

  it('costs the local owner no row', async () => {
    const before = await env.DB.prepare('SELECT COUNT(*) AS n FROM sockets').first('n');
    const taskId = await newTask();
    const answer = await ask(`/stream/${taskId}`, { headers: { Upgrade: 'websocket' } });
    answer.webSocket?.accept();
    answer.webSocket?.close();
    expect(await env.DB.prepare('SELECT COUNT(*) AS n FROM sockets').first('n')).toBe(before);
  });
});
