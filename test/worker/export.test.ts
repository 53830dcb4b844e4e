import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { BundleBlock, BundleLine } from '../../src/contract/bundle.ts';
import { ask, askRequired, bearer, refusalOf } from './ask.ts';
import { newMember } from './people.ts';
import { decide, newAtReview, publicKeys, readCheckpoint, readReceipt } from './receipt-world.ts';
import { allEvents, getTask, newProject, newTask, taskStub } from './world.ts';

const exported = async (taskId: string): Promise<string> => {
  const answer = await ask(`/tasks/${taskId}/export`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('Content-Type')).toBe('application/x-ndjson');
  return answer.text();
};

// Our own bytes.
const linesOf = (text: string): readonly BundleLine[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as BundleLine);

const blocksIn = (lines: readonly BundleLine[]): readonly BundleBlock[] =>
  lines.filter((line) => line.k === 'block');

describe('an export', () => {
  it('holds manifest, keys, the log, receipts, checkpoints and a digest of all of it', async () => {
    const taskId = await newAtReview();
    await decide(taskId, 'approve', { comment: 'LGTM!' });
    const text = await exported(taskId);
    const lines = linesOf(text);
    const kinds = lines.map(({ k }) => k).filter((k, index, all) => k !== all[index - 1]);
    expect(kinds).toEqual(['manifest', 'key', 'block', 'receipt', 'checkpoint', 'end']);
    const { projectId } = await getTask(taskId);
    const events = await allEvents(taskId);
    expect(lines[0]).toMatchObject({
      ...{ v: 1, project: projectId, task: taskId, firstSeq: 1, lastSeq: events.length },
      pruned: [],
    });
    const bodies = blocksIn(lines).flatMap(({ body }) => JSON.parse(body ?? '[]') as unknown[]);
    expect(bodies).toEqual(events);
    const keys = lines.flatMap((line) => (line.k === 'key' ? [line.jwk] : []));
    expect(new Set(keys)).toEqual(new Set((await publicKeys()).keys));
    const end = lines.at(-1);
    const before = text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1);
    const sha256 = createHash('sha256').update(before).digest('hex');
    expect(end).toEqual({ k: 'end', lines: lines.length - 1, sha256 });
  });

  it('is signed up to its end, which stands in the audit', async () => {
    const taskId = await newAtReview();
    await decide(taskId, 'approve');
    const lines = linesOf(await exported(taskId));
    const [manifest] = lines;
    const signed = (k: 'receipt' | 'checkpoint') =>
      lines.flatMap((line) => (line.k === k ? [line.jws] : []));
    for (const jws of signed('receipt')) await readReceipt(jws);
    const checkpoints = await Promise.all(signed('checkpoint').map(readCheckpoint));
    const last = blocksIn(lines).at(-1);
    expect(checkpoints.at(-1)).toMatchObject({
      ...{ seq: last?.last, hash: last?.hash, blocks: blocksIn(lines).length },
      at: manifest?.k === 'manifest' ? manifest.exportedAt : '',
    });
    const row = await env.DB.prepare(
      "SELECT changes FROM audit WHERE action = 'task.exported' AND target_id = ?",
    )
      .bind(taskId)
      .first<{ changes: string }>();
    expect(JSON.parse(row?.changes ?? '{}')).toMatchObject({
      after: { seq: last?.last, logHash: last?.hash },
    });
  });

  it('of a task whose old bodies are gone says so', async () => {
    const taskId = await newAtReview();
    await ask(`/tasks/${taskId}/log`, { json: { message: 'gone' } });
    await decide(taskId, 'approve');
    await runInDurableObject(taskStub(taskId), (_, { storage: { sql } }) =>
      sql.exec("UPDATE blocks SET body = NULL WHERE kind = 'p'"),
    );
    const lines = linesOf(await exported(taskId));
    const gone = blocksIn(lines).filter(({ body }) => body === null);
    expect(gone).not.toEqual([]);
    expect(lines[0]).toMatchObject({ pruned: [[1, gone.at(-1)?.last]] });
  });

  it('goes out as it is read, and ends where its reader goes', async () => {
    const taskId = await newTask();
    for (let n = 0; n < 30; n += 1) {
      await ask(`/tasks/${taskId}/log`, { json: { message: 'x'.repeat(9_000) } });
    }
    const answer = await ask(`/tasks/${taskId}/export`);
    const reader = answer.body?.getReader();
    const { value } = (await reader?.read()) ?? {};
    expect(value?.byteLength).toBeLessThan(200_000);
    await reader?.cancel();
  });
});

describe('an export is for', () => {
  it('whoever may read tasks and the audit: both scopes, and a role that has them', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId });
    const asked = async (token: string) =>
      askRequired(`/tasks/${taskId}/export`, { headers: bearer(token) });
    for (const scopes of [['tasks:read'], ['audit:read']] as const) {
      const { token } = await newMember(projectId, 'owner', { scopes: [...scopes] });
      expect(await refusalOf(await asked(token))).toEqual([403, 'insufficient_scope']);
    }
    const scopes = ['tasks:read', 'audit:read'] as const;
    const admin = await newMember(projectId, 'project-admin', { scopes: [...scopes] });
    expect((await asked(admin.token)).status).toBe(200);
    const developer = await newMember(projectId, 'developer');
    expect(await refusalOf(await asked(developer.token))).toEqual([403, 'role_too_low']);
    const stranger = await newMember(await newProject(), 'owner');
    expect(await refusalOf(await asked(stranger.token))).toEqual([404, 'not_found']);
  });
});
