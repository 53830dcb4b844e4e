// What the work of a task leaves behind: kept, listed, handed out, and shown in the task.

import { describe, expect, it } from 'vitest';
import type { ArtifactList } from '../../src/contract/artifact.ts';
import {
  contentDigest,
  pathOf,
  putAs,
  putter,
  sha256,
  someBytes,
  streamOf,
} from './artifact-world.ts';
import { ask } from './ask.ts';
import { newWorkingWorld } from './leased-world.ts';
import { allEvents, getTask, read, send, typesOf } from './world.ts';

async function newWorld() {
  const world = await newWorkingWorld();
  return { ...world, put: putter(world.runner, world.holder) };
}

const listOf = async (taskId: string) =>
  (await read<ArtifactList>(`/tasks/${taskId}/artifacts`)).body;

describe('an artifact', () => {
  it('is a version, an event, and a part of its task', async () => {
    const { taskId, put } = await newWorld();
    const { status, body } = await put('report.md', '# Done', {
      ...{ type: 'report', headers: { 'Content-Type': 'text/markdown' } },
    });
    expect([status, body]).toEqual([
      201,
      {
        ...{ name: 'report.md', type: 'report', version: 1, contentType: 'text/markdown' },
        ...{ bytes: 6, sha256: sha256('# Done'), createdAt: expect.any(String) },
      },
    ]);
    expect((await getTask(taskId)).artifacts).toEqual([body]);
    expect(await listOf(taskId)).toEqual({ artifacts: [body], count: 1 });
    expect((await allEvents(taskId)).at(-1)).toMatchObject({
      ...{ type: 'artifact:added', data: { artifact: body } },
    });
  });

  it('with the bytes of the newest version is no new one, and no event', async () => {
    const { taskId, put } = await newWorld();
    const first = await put('a.txt', 'one');
    const again = await put('a.txt', 'one');
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect((await put('a.txt', 'two')).body.version).toBe(2);
    // An older version's bytes are new once more.
    expect((await put('a.txt', 'one')).body.version).toBe(3);
    const types = typesOf(await allEvents(taskId));
    expect(types.filter((type) => type === 'artifact:added')).toHaveLength(3);
    const { artifacts } = await getTask(taskId);
    expect(artifacts.map(({ version }) => version)).toEqual([3]);
    expect((await listOf(taskId)).count).toBe(3);
  });

  it('comes back byte for byte, each version by its number', async () => {
    const { taskId, put } = await newWorld();
    await put('a.bin', 'first');
    await put('a.bin', 'second');
    const newest = await ask(pathOf(taskId, 'a.bin'));
    expect(await newest.text()).toBe('second');
    const first = await ask(`${pathOf(taskId, 'a.bin')}?version=1`);
    expect(await first.text()).toBe('first');
    expect((await ask(`${pathOf(taskId, 'a.bin')}?version=3`)).status).toBe(404);
    expect((await ask(pathOf(taskId, 'b.bin'))).status).toBe(404);
  });

  it.each([0, 1, 1_048_575, 1_048_576, 1_048_577, 3_500_000, 16_777_216])(
    'of %i bytes is kept whole',
    async (size) => {
      const { taskId, put } = await newWorld();
      const bytes = someBytes(size);
      const { status, body } = await put('large.bin', bytes);
      expect([status, body.bytes, body.sha256]).toEqual([201, size, sha256(bytes)]);
      const answer = await ask(pathOf(taskId, 'large.bin'));
      expect(sha256(await answer.bytes())).toBe(body.sha256);
    },
  );

  it('in chunks that name no length is kept too', async () => {
    const { taskId, put } = await newWorld();
    const bytes = someBytes(2_500_000);
    const chunks = [bytes.slice(0, 7), bytes.slice(7, 2_000_003), bytes.slice(2_000_003)];
    const body = streamOf(chunks);
    expect((await put('chunks.bin', body)).body.sha256).toBe(sha256(bytes));
    const part = await ask(pathOf(taskId, 'chunks.bin'), {
      headers: { Range: 'bytes=1048570-1048581' },
    });
    expect(part.status).toBe(206);
    expect(part.headers.get('Content-Range')).toBe('bytes 1048570-1048581/2500000');
    expect(await part.bytes()).toEqual(bytes.slice(1_048_570, 1_048_582));
  });

  it('is handed out as a download that runs nothing', async () => {
    const { taskId, put } = await newWorld();
    const html = '<script>alert(1)</script>';
    await put('page.html', html, { headers: { 'Content-Type': 'text/html' } });
    const { headers } = await ask(pathOf(taskId, 'page.html'));
    expect(headers.get('Content-Type')).toBe('application/octet-stream');
    expect(headers.get('Content-Disposition')).toBe("attachment; filename*=UTF-8''page.html");
    expect(headers.get('Content-Security-Policy')).toBe("sandbox; default-src 'none'");
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Cache-Control')).toBe('no-store');
    expect(headers.get('Repr-Digest')).toBe(contentDigest(html));
    const head = await ask(pathOf(taskId, 'page.html'), { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const etag = headers.get('ETag') ?? '';
    const known = await ask(pathOf(taskId, 'page.html'), { headers: { 'If-None-Match': etag } });
    expect([known.status, await known.text()]).toEqual([304, '']);
  });

  it('that lies elsewhere is named, and never fetched', async () => {
    const { taskId, put } = await newWorld();
    const named = { url: 'https://disk.acme.com/core.dump', sha256: sha256('x'), bytes: 5e9 };
    const json = { 'Content-Type': 'application/json', 'Content-Length': '200' };
    const { status, body } = await put('core.dump', JSON.stringify(named), { headers: json });
    expect([status, body]).toMatchObject([201, named]);
    expect(await (await ask(pathOf(taskId, 'core.dump'))).json()).toEqual(named);
    for (const wrong of [{ url: 'javascript:alert(1)' }, { sha256: 'x' }, { bytes: -1 }]) {
      const refused = await put('x', JSON.stringify({ ...named, ...wrong }), { headers: json });
      expect([refused.status, refused.body.code]).toEqual([400, 'invalid_request']);
    }
    // Other JSON is a file like all others.
    const file = await put('a.json', '{"url":1}', { headers: json });
    expect([file.status, file.body.bytes, file.body.url]).toEqual([201, 9, undefined]);
  });
});

describe('refused', () => {
  it('bytes that are not those of their digest, of which nothing is kept', async () => {
    const { taskId, put } = await newWorld();
    const headers = { 'Content-Digest': contentDigest('other') };
    for (const bytes of ['these', someBytes(2_000_000)]) {
      const { status, body } = await put('a', bytes, { headers });
      expect([status, body.code]).toEqual([400, 'digest_mismatch']);
    }
    const right = { 'Content-Digest': `sha-512=:AAAA:, ${contentDigest('these')}` };
    expect((await put('a', 'these', { headers: right })).status).toBe(201);
    const none = await put('b', 'these', { headers: { 'Content-Digest': 'sha-512=:AAAA:' } });
    expect([none.status, none.body.code]).toEqual([400, 'invalid_request']);
    expect((await listOf(taskId)).count).toBe(1);
  });

  it('more than 16 MiB, and more than 128 MiB a task', async () => {
    const { taskId, put } = await newWorld();
    const most = someBytes(16_777_216);
    const over = await put('over', new Blob([most, 'x']).stream());
    expect([over.status, over.body.code]).toEqual([413, 'too_large']);
    for (let seed = 0; seed < 8; seed += 1) {
      most[0] = seed;
      expect((await put(`f${seed}`, most)).status).toBe(201);
    }
    const full = await put('one-more', 'x');
    expect([full.status, full.body.code]).toEqual([413, 'too_large']);
    // The same bytes again take nothing.
    const headers = { 'Content-Digest': contentDigest(most) };
    expect((await put('f7', most, { headers })).status).toBe(200);
    expect((await listOf(taskId)).count).toBe(8);
  });

  it.each(['..', 'a/b', 'a\\b', 'tab\tin', 'turned\u202etxt.exe', ' ', 'x'.repeat(201)])(
    'the name %j',
    async (name) => {
      const { put } = await newWorld();
      const { status } = await put(name, 'x').catch(() => ({ status: 400 }));
      expect([400, 404]).toContain(status);
    },
  );

  it('a type of its own and a content type that is none', async () => {
    const { put } = await newWorld();
    expect((await put('a', 'x', { type: 'virus' })).status).toBe(400);
    const typed = await put('a', 'x', { headers: { 'Content-Type': 'a page' } });
    expect([typed.status, typed.body.code]).toEqual([400, 'invalid_request']);
    const packed = await put('a', 'x', { headers: { 'Content-Encoding': 'gzip' } });
    expect(packed.status).toBe(415);
  });
});

describe('who may', () => {
  it('leave one: the holder and its agent, while the lease lives', async () => {
    const { taskId, runner, holder, put } = await newWorld();
    const path = pathOf(taskId, 'a.txt');
    const { agentToken, lease } = holder.grant;
    expect((await putAs(agentToken, path, 'by the agent')).status).toBe(201);
    expect((await ask(path, { headers: { Authorization: `Bearer ${agentToken}` } })).status).toBe(
      200,
    );
    const codes = async (token: string | undefined, query: string) => {
      const { status, body } = await putAs(token, path, 'x', { query });
      return [status, body.code];
    };
    const query = `leaseId=${lease.leaseId}&epoch=${lease.epoch}`;
    expect(await codes(runner.token, '')).toEqual([400, 'invalid_request']);
    expect(await codes(undefined, query)).toEqual([403, 'not_lease_holder']);
    expect(await codes(runner.token, `leaseId=lse_other&epoch=${lease.epoch}`)).toEqual([
      ...[409, 'stale_epoch'],
    ]);
    await holder.release();
    expect([(await put('a', 'x')).status, (await put('a', 'x')).body.code]).toEqual([
      409,
      'stale_epoch',
    ]);
    const large = await put('a', someBytes(3_000_000));
    expect([large.status, large.body.code]).toEqual([409, 'stale_epoch']);
    expect(await codes(agentToken, '')).toEqual([409, 'stale_epoch']);
    expect((await listOf(taskId)).count).toBe(1);
  });

  it('read one: not the agent of another task', async () => {
    const [one, other] = [await newWorld(), await newWorld()];
    await one.put('a.txt', 'mine');
    const { agentToken } = other.holder.grant;
    for (const path of [pathOf(one.taskId, 'a.txt'), `/tasks/${one.taskId}/artifacts`]) {
      const { status, body } = await read(path, agentToken);
      expect([status, body['code']]).toEqual([403, 'agent_forbidden']);
    }
    const put = await putAs(agentToken, pathOf(one.taskId, 'a.txt'), 'x');
    expect([put.status, put.body.code]).toEqual([403, 'agent_forbidden']);
  });

  it('nobody any more once the task is deleted', async () => {
    const { taskId, projectId, put } = await newWorld();
    await put('a.txt', 'x');
    await send(`/tasks/${taskId}/trash`);
    expect(await (await ask(pathOf(taskId, 'a.txt'))).text()).toBe('x');
    await ask(`/tasks/trash?projectId=${projectId}`, { method: 'DELETE' });
    expect((await ask(pathOf(taskId, 'a.txt'))).status).toBe(404);
  });
});
