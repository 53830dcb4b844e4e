// Who gets no session, and what is no frame of one.

import { describe, expect, it } from 'vitest';
import { newTaskId } from '../../src/auth/id.ts';
import { askRequired, bearer, refusalOf } from './ask.ts';
import { newRunner } from './credentials.ts';
import { newLeasedWorld } from './leased-world.ts';
import { askForSession, newSession, openSession, PROTOCOL, sessionOver } from './session-world.ts';
import { getTask, newTestRunner, send } from './world.ts';

async function newHeld() {
  const world = await newLeasedWorld();
  return { ...world, grant: world.holder.grant };
}

/** The last words and the close of a session that was not given. */
async function refused(answer: Response) {
  expect(answer.status).toBe(101);
  expect(answer.headers.get('Sec-WebSocket-Protocol')).toBe('sluice.runner.v1');
  const session = sessionOver(answer);
  const { code, reason } = await session.closed;
  const [word, ...more] = session.frames();
  expect(more).toEqual([]);
  return { code, reason, word };
}

describe('before the upgrade', () => {
  it('a plain request is refused by its credential, then told to upgrade', async () => {
    const { taskId, grant, runner } = await newHeld();
    const path = `/tasks/${taskId}/session?leaseId=x&epoch=1`;
    const plain = (token?: string) =>
      askRequired(path, token === undefined ? {} : { headers: bearer(token) });
    expect(await refusalOf(await plain())).toEqual([401, 'unauthorized']);
    expect(await refusalOf(await plain(grant.agentToken))).toEqual([403, 'agent_forbidden']);
    expect(await refusalOf(await plain(runner.token))).toEqual([426, 'upgrade_required']);
  });

  it.each([
    ['no subprotocol', {}],
    ['another one', { 'Sec-WebSocket-Protocol': 'sluice.stream.v1, graphql-ws' }],
  ])('%s is 400', async (_name, headers: Record<string, string>) => {
    const answer = await askForSession(await newHeld(), { headers });
    expect(await refusalOf(answer)).toEqual([400, 'invalid_request']);
  });

  it('ours among others is taken', async () => {
    const headers = { 'Sec-WebSocket-Protocol': 'a, sluice.runner.v1' };
    await openSession(await newHeld(), { headers });
  });

  it.each(['', 'x', '-1', '1.5', '9'.repeat(20)])('epoch=%s is 400', async (epoch) => {
    const answer = await askForSession(await newHeld(), { epoch });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ path: '?epoch' }] });
  });

  it('a foreign page is refused', async () => {
    const headers = { ...PROTOCOL, Origin: 'https://evil.test' };
    const answer = await askForSession(await newHeld(), { headers });
    expect(await refusalOf(answer)).toEqual([403, 'forbidden_origin']);
  });
});

describe('by a socket that opens and closes', () => {
  it('a credential that is missing or bad is 4401', async () => {
    const held = await newHeld();
    const path = `/tasks/${held.taskId}/session?leaseId=x&epoch=1`;
    const anonymous = askRequired(path, { headers: { Upgrade: 'websocket', ...PROTOCOL } });
    expect(await refused(await anonymous)).toEqual({
      code: 4401,
      reason: 'unauthorized: Authentication is required.',
      word: { t: 'error', code: 'unauthorized', error: 'Authentication is required.' },
    });
    const bad = await refused(await askForSession(held, { token: 'slc_run_x' }));
    expect(bad).toMatchObject({ code: 4401, word: { code: 'invalid_token' } });
  });

  it('an agent, a person and another runner of the project are 4403', async () => {
    const held = await newHeld();
    const other = await newTestRunner(held.projectId);
    for (const [token, code] of [
      [held.grant.agentToken, 'agent_forbidden'],
      [undefined, 'not_lease_holder'],
      [other.token, 'not_lease_holder'],
    ] as const) {
      const answer = await refused(await askForSession(held, { token }));
      expect(answer).toMatchObject({ code: 4403, word: { t: 'error', code } });
      expect(answer.reason.startsWith(`${code}: `)).toBe(true);
    }
  });

  it('an unknown task and a foreign one are 4404, and look the same', async () => {
    const held = await newHeld();
    const { token } = await newRunner();
    const foreign = await refused(await askForSession(held, { token }));
    expect(foreign).toMatchObject({ code: 4404, reason: 'not_found: Task not found' });
    for (const taskId of [newTaskId(Date.now()), 'x']) {
      expect(await refused(await askForSession({ ...held, taskId }))).toEqual(foreign);
    }
  });

  it('another epoch, another lease and none are 4409, and say which', async () => {
    const held = await newHeld();
    const { epoch } = held.grant.lease;
    for (const opening of [{ epoch: epoch - 1 }, { epoch: epoch + 1 }, { leaseId: 'lse_x' }]) {
      expect(await refused(await askForSession(held, opening))).toMatchObject({
        code: 4409,
        reason: 'stale_epoch: This lease has ended.',
        word: { t: 'error', code: 'stale_epoch', currentEpoch: epoch },
      });
    }
    await held.holder.release();
    const none = await askForSession(held, { epoch: epoch + 1 });
    expect(await refused(none)).toMatchObject({ code: 4409, word: { code: 'no_lease' } });
  });

  it('after a cancellation the command is the first and last word', async () => {
    const held = await newHeld();
    await send(`/tasks/${held.taskId}/cancel`);
    expect(await refused(await askForSession(held))).toMatchObject({
      code: 4409,
      word: { t: 'command', type: 'cancel', data: { graceMs: 30_000 } },
    });
  });

  it('and whoever is refused leaves the lease and its session as they are', async () => {
    const world = await newSession();
    const before = await getTask(world.taskId);
    await refused(await askForSession(world, { token: undefined }));
    await refused(await askForSession(world, { epoch: 0 }));
    expect(await getTask(world.taskId)).toEqual(before);
    world.session.say({ t: 'hb' });
    await world.session.hear('hb-ok');
  });
});

describe('what is no frame', () => {
  it.each<[string, string | Uint8Array]>([
    ['no JSON', 'hello'],
    ['half a frame', '{"t":"events","p":"main","n":1,"e":[["log:ent'],
    ['a list', '[{"t":"hb"}]'],
    ['null', 'null'],
    ['a number', '1'],
    ['a frame without a name', '{}'],
    ['an unknown name', '{"t":"grant"}'],
    ['a name that objects inherit', '{"t":"constructor"}'],
    ['a name of another kind', '{"t":["hb"]}'],
    ['bytes', new TextEncoder().encode('{"t":"hb"}')],
    ['more than 2 MiB', JSON.stringify({ t: 'hb', x: 'x'.repeat(2_097_152) })],
    ['more than 2 MiB in bytes', JSON.stringify({ t: 'hb', x: 'é'.repeat(1_048_576) })],
  ])('%s ends the session with 4400', async (_name, text) => {
    const { session, taskId } = await newSession();
    const { seq } = await getTask(taskId);
    session.socket.send(text);
    expect(await session.closed).toMatchObject({ code: 4400 });
    expect(session.frames().at(-1)).toMatchObject({ t: 'error', error: expect.any(String) });
    expect(await getTask(taskId)).toMatchObject({ seq, lease: { epoch: 1 } });
  });

  it('a frame too large for its kind, or nested too deep, is refused and the session goes on', async () => {
    const { session, grant } = await newSession();
    const { workId } = grant.work;
    const result = { t: 'result', workId, outcome: 'completed' };
    session.socket.send(JSON.stringify({ ...result, summary: 'x'.repeat(262_144) }));
    session.socket.send(`{"t":"hb","progress":${'['.repeat(40)}${']'.repeat(40)}}`);
    session.socket.send('{"t":"result","workId":"x","outputs":{"__proto__":"x"}}');
    await session.hear('nack', 2);
    expect(session.all('nack')).toMatchObject([
      { workId, code: 'too_large' },
      { re: 'hb', code: 'invalid_json' },
      { workId: 'x', code: 'invalid_json' },
    ]);
    session.say({ t: 'hb' });
    await session.hear('hb-ok');
  });

  it('garbage of every kind never is an error of the server, and changes nothing', async () => {
    const { taskId, runner, grant } = await newSession();
    const { seq } = await getTask(taskId);
    const names = ['events', 'hb', 'result', 'ack', 'bye', 'x'];
    const members = ['p', 'n', 'e', 'id', 'workId', 'progress', 'reason', 'leaseId', 'outcome'];
    const values = [null, -1, 1.5, '', 'x', [], [[]], [['log:entry']], {}, { a: { b: [] } }, true];
    for (const [index, t] of names.entries()) {
      for (const value of values) {
        // `bye` needs nothing, so it is left out where everything is right.
        const frame = Object.fromEntries(members.map((member) => [member, value]));
        const session = await openSession({ taskId, runner, grant });
        session.socket.send(JSON.stringify({ ...frame, t, reason: { index } }));
        session.say({ t: 'hb' });
        await Promise.race([session.hear('hb-ok'), session.closed]);
        expect(session.frames().every(({ t: name }) => name !== 'ack' && name !== 'next')).toBe(
          true,
        );
        for (const { code } of [...session.all('nack'), ...session.all('error')]) {
          expect(code).not.toBe('internal');
        }
      }
    }
    expect(await getTask(taskId)).toMatchObject({ seq, lease: { epoch: 1 } });
  });
});
