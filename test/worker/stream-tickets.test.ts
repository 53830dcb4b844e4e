import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { closeSockets } from '../../src/actions/close-sockets.ts';
import { newId } from '../../src/auth/id.ts';
import { askRequired, bearer, refusalOf } from './ask.ts';
import { newMember } from './people.ts';
import { newPerson, ownPage, signInAs } from './signin-world.ts';
import { newProject, newTask } from './world.ts';

const PAGE = 'https://console.example.com';

async function newWatched() {
  const projectId = await newProject();
  const { token, ...member } = await newMember(projectId, 'viewer');
  return { projectId, taskId: await newTask({ projectId }), token, ...member };
}

async function ticketFor(token: string, json: unknown, origin?: string): Promise<string> {
  const headers = { ...bearer(token), ...(origin && { Origin: origin }) };
  const answer = await askRequired('/v1/stream-tickets', { json, headers });
  expect(answer.status).toBe(201);
  const { ticket } = await answer.json<{ ticket: string }>();
  expect(ticket).toMatch(/^slc_wst_[0-9A-Za-z]{36}$/);
  return ticket;
}

const open = (path: string, headers: Record<string, string>) =>
  askRequired(path, { headers: { Upgrade: 'websocket', ...headers } });

const withTicket = (ticket: string, protocol = 'sluice.v1', origin?: string) => ({
  'Sec-WebSocket-Protocol': `${protocol}, ticket.${ticket}`,
  ...(origin && { Origin: origin }),
});

/** The code that a socket is closed with, or its first frame. */
async function outcome(answer: Response): Promise<number | string> {
  const { webSocket: socket } = answer;
  if (!socket) return -answer.status;
  const first = new Promise<number | string>((resolve) => {
    socket.addEventListener('message', ({ data }) =>
      resolve(String(JSON.parse(String(data)).type ?? 'frame')),
    );
    socket.addEventListener('close', ({ code }) => resolve(code));
  });
  socket.accept();
  const found = await first;
  if (typeof found === 'string') socket.close();
  return found;
}

describe('a ticket for a socket', () => {
  it('opens the stream of its task once; the protocol is answered, the ticket never', async () => {
    const { taskId, token } = await newWatched();
    const ticket = await ticketFor(token, { taskId });
    const answer = await open(`/stream/${taskId}`, withTicket(ticket));
    expect(answer.status).toBe(101);
    expect(answer.headers.get('Sec-WebSocket-Protocol')).toBe('sluice.v1');
    expect(JSON.stringify([...answer.headers])).not.toContain(ticket);
    expect(await outcome(answer)).toBe('task:state');
    const again = await open(`/stream/${taskId}`, withTicket(ticket));
    expect(again.headers.get('Sec-WebSocket-Protocol')).toBe('sluice.v1');
    expect(await outcome(again)).toBe(4401);
  });

  it('goes with frames of many, and opens the board of its project', async () => {
    const { projectId, taskId, token } = await newWatched();
    const many = await open(
      `/stream/${taskId}`,
      withTicket(await ticketFor(token, { taskId }), 'sluice.stream.v1'),
    );
    expect(many.headers.get('Sec-WebSocket-Protocol')).toBe('sluice.stream.v1');
    expect(await outcome(many)).toBe('task:state');
    for (const path of [`/ws?projectId=${projectId}`, '/ws', '/stream/health']) {
      const board = await open(path, withTicket(await ticketFor(token, { projectId })));
      expect(board.headers.get('Sec-WebSocket-Protocol')).toBe('sluice.v1');
      expect(typeof (await outcome(board))).toBe('string');
    }
  });

  it('is for its task alone, is kept as a hash, and its request is written down', async () => {
    const { projectId, taskId, token } = await newWatched();
    const other = await newTask({ projectId });
    const wrong = await open(`/stream/${other}`, withTicket(await ticketFor(token, { taskId })));
    expect(await outcome(wrong)).toBe(4403);
    const board = await open('/ws', withTicket(await ticketFor(token, { taskId })));
    expect(await outcome(board)).toBe(4403);
    const ticket = await ticketFor(token, { taskId });
    for (const table of ['tickets', 'audit', 'idempotency', 'sockets']) {
      const rows = await env.DB.prepare(`SELECT * FROM ${table}`).all();
      expect(JSON.stringify(rows.results)).not.toContain(ticket);
    }
  });

  it('is bound to the page that asked for it: another is refused before the upgrade', async () => {
    const { taskId, token } = await newWatched();
    const ask = async (origin?: string) => {
      const ticket = await ticketFor(token, { taskId }, PAGE);
      return open(`/stream/${taskId}`, withTicket(ticket, 'sluice.v1', origin));
    };
    expect(await outcome(await ask(PAGE))).toBe('task:state');
    expect(await refusalOf(await ask('https://evil.test'))).toEqual([403, 'forbidden_origin']);
    expect(await refusalOf(await ask())).toEqual([403, 'forbidden_origin']);
  });

  it('is too old after 30 s, and dies with the credential that asked for it', async () => {
    const { taskId, token, id } = await newWatched();
    const old = await ticketFor(token, { taskId });
    await env.DB.prepare('UPDATE tickets SET expires_at = ?').bind(Date.now()).run();
    expect(await outcome(await open(`/stream/${taskId}`, withTicket(old)))).toBe(4401);
    const ticket = await ticketFor(token, { taskId });
    await closeSockets(env, [id]);
    expect(await outcome(await open(`/stream/${taskId}`, withTicket(ticket)))).toBe(4401);
    expect(await outcome(await open(`/stream/${taskId}`, withTicket('slc_wst_x')))).toBe(4401);
  });

  it('is given for what one may watch only; foreign and unknown are answered alike', async () => {
    const { taskId, projectId } = await newWatched();
    const { token } = await newWatched();
    const refused = async (json: unknown) =>
      refusalOf(await askRequired('/v1/stream-tickets', { json, headers: bearer(token) }));
    expect(await refused({ taskId })).toEqual([404, 'not_found']);
    expect(await refused({ taskId: 'task_0_00000000000000000000' })).toEqual([404, 'not_found']);
    expect(await refused({ projectId })).toEqual([404, 'not_found']);
    expect(await refused({ projectId: newId('prj', 1) })).toEqual([404, 'not_found']);
    for (const json of [{}, { taskId, projectId }, { taskId: 'x' }, { taskId, x: 1 }]) {
      expect(await refused(json)).toEqual([422, 'validation_failed']);
    }
  });

  it('asked for again under the same Idempotency-Key is not shown again', async () => {
    const { taskId, token } = await newWatched();
    const headers = { ...bearer(token), 'Idempotency-Key': newId('key', Date.now()) };
    const ask = () => askRequired('/v1/stream-tickets', { json: { taskId }, headers });
    expect((await ask()).status).toBe(201);
    expect(await (await ask()).json()).toMatchObject({ ticket: null, secretAlreadyShown: true });
  });
});

describe('a socket from a browser that is signed in', () => {
  it('is opened for a page of ours, and refused to a foreign one before the upgrade', async () => {
    const { id, projectId } = await newPerson();
    const taskId = await newTask({ projectId });
    const { cookie } = await signInAs(id);
    const ours = await open(`/stream/${taskId}`, ownPage(cookie));
    expect(await outcome(ours)).toBe('task:state');
    for (const path of [`/stream/${taskId}`, '/ws']) {
      const foreign = await open(path, {
        Cookie: ownPage(cookie)['Cookie'] ?? '',
        Origin: 'https://evil.test',
      });
      expect(await refusalOf(foreign)).toEqual([403, 'forbidden_origin']);
    }
  });

  it('is told that there is no credential in a query', async () => {
    const { taskId, token } = await newWatched();
    expect(await outcome(await open(`/stream/${taskId}?access_token=${token}`, {}))).toBe(4401);
  });
});
