import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { rotateKeys } from '../../src/actions/rotate-keys.ts';
import { forgetReceiptKeys } from '../../src/auth/receipt-keys.ts';
import { sha256 } from '../../src/domain/digest.ts';
import { ask, bearer, refusalOf } from './ask.ts';
import { newMember } from './people.ts';
import {
  decide,
  newAtReview,
  publicKeys,
  readCheckpoint,
  readReceipt,
  receiptsOf,
} from './receipt-world.ts';
import {
  allEvents,
  claimOne,
  getGate,
  logBatch,
  newProject,
  newTask,
  newTestRunner,
  read,
  taskStub,
} from './world.ts';

interface Row {
  readonly seq: number;
  readonly receipt: string | null;
  readonly checkpoint: string | null;
}

/** What the object has signed, as its table has it. */
const signedOf = (taskId: string): Promise<readonly Row[]> =>
  runInDurableObject(taskStub(taskId), (_, { storage: { sql } }) =>
    sql
      .exec<Record<string, SqlStorageValue> & Row>(
        'SELECT seq, receipt, checkpoint FROM receipts ORDER BY seq',
      )
      .toArray(),
  );

const blocksOf = (taskId: string) =>
  runInDurableObject(taskStub(taskId), (_, { storage: { sql } }) =>
    sql
      .exec<{ first: number; last: number; hash: string }>(
        'SELECT first, last, hash FROM blocks ORDER BY last',
      )
      .toArray(),
  );

describe('a receipt', () => {
  it('says who decided what, for which gate, and where in the log it stands', async () => {
    const taskId = await newAtReview();
    const gate = await getGate(taskId, 'review');
    await decide(taskId, 'approve', { comment: 'LGTM!', approver: 'Ada' });
    const [jws = '', ...more] = await receiptsOf(taskId);
    expect(more).toEqual([]);
    const receipt = await readReceipt(jws);
    expect(receipt).toMatchObject({
      kind: 'gate.decision',
      task: taskId,
      decision: 'approved',
      actionHash: gate.actionHash,
      gate: { id: gate.id, name: 'review', instance: 1, source: 'autonomy' },
      required: 1,
      bindingHash: expect.stringMatching(/^sha256:/),
      policyHash: expect.stringMatching(/^sha256:/),
      nonce: expect.any(String),
      votes: [{ sub: 'usr_local', decision: 'approve', commentHash: `sha256:${sha256('LGTM!')}` }],
      consumed: null,
      assurance: 'open',
    });
    expect(jws).not.toContain('LGTM');
    const events = await allEvents(taskId);
    const approved = events.find(({ type }) => type === 'gate:approved');
    const block = (await blocksOf(taskId)).find(({ last }) => last >= (approved?.seq ?? 0));
    expect(receipt.log).toEqual({ seq: approved?.seq, hash: block?.hash });
  });

  it.each([
    ['reject', 'rejected', 'reject'],
    ['request-changes', 'changes-requested', 'request-changes'],
  ])('of %s says so', async (verb, decision, vote) => {
    const taskId = await newAtReview();
    const { id = '' } = await getGate(taskId, 'review');
    await decide(taskId, verb, { comment: 'no tests' });
    const [jws = ''] = await receiptsOf(taskId, id);
    expect(await readReceipt(jws)).toMatchObject({
      kind: 'gate.decision',
      decision,
      votes: [{ decision: vote }],
    });
  });

  it('of a gate that was waived says who has waived it', async () => {
    const taskId = await newAtReview();
    await decide(taskId, 'waive', { reason: 'holiday' });
    const receipts = await Promise.all((await receiptsOf(taskId)).map(readReceipt));
    expect(receipts).toMatchObject([
      { decision: 'waived', votes: [{ sub: 'usr_local', decision: 'waive' }] },
    ]);
  });

  it('is one, and the same decision again makes no other', async () => {
    const taskId = await newAtReview();
    await decide(taskId, 'approve');
    const before = await receiptsOf(taskId);
    await decide(taskId, 'approve');
    expect(await receiptsOf(taskId)).toEqual(before);
    expect(before).toHaveLength(1);
  });

  it('comes with a checkpoint of its block, and so does the end of the task', async () => {
    const taskId = await newAtReview();
    await decide(taskId, 'approve');
    await receiptsOf(taskId);
    const blocks = await blocksOf(taskId);
    for (const { seq, checkpoint } of await signedOf(taskId)) {
      if (checkpoint === null) continue;
      const index = blocks.findIndex(({ last }) => last >= seq);
      expect(await readCheckpoint(checkpoint)).toMatchObject({
        task: taskId,
        seq: blocks[index]?.last,
        hash: blocks[index]?.hash,
        blocks: index + 1,
      });
    }
    const last = (await signedOf(taskId)).findLast(({ checkpoint }) => checkpoint !== null);
    expect((await readCheckpoint(last?.checkpoint ?? '')).seq).toBe(blocks.at(-1)?.last);
  });

  it('of every ten thousandth event there is a checkpoint, whatever it is', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId });
    const holder = await claimOne(await newTestRunner(projectId));
    for (let first = 1; first <= 10_000; first += 1_000) {
      expect((await holder.events(logBatch(first, 1_000))).status).toBe(200);
    }
    await expect.poll(async () => (await signedOf(taskId)).length).toBe(1);
    const [row] = await signedOf(taskId);
    expect(row?.seq).toBe(10_000);
    expect((await readCheckpoint(row?.checkpoint ?? '')).seq).toBeGreaterThanOrEqual(10_000);
  });
});

describe('the answer of a decision', () => {
  const decided = async (taskId: string, verb: string, json: object = {}) => {
    const headers = { Prefer: 'return=representation' };
    const answer = await ask(`/tasks/${taskId}/gates/review/${verb}`, { json, headers });
    return answer.json<{ gate: { id: string }; receipt?: string }>();
  };

  it.each(['approve', 'reject', 'request-changes'])(
    'to %s has its receipt, if it was asked for',
    async (verb) => {
      const taskId = await newAtReview();
      const { id = '' } = await getGate(taskId, 'review');
      const { receipt } = await decided(taskId, verb, { comment: 'so' });
      expect([receipt]).toEqual(await receiptsOf(taskId, id));
    },
  );
});

describe('the audit', () => {
  it('has the hash of the log at each decision, so that a log that was rewritten shows', async () => {
    const taskId = await newAtReview();
    await decide(taskId, 'approve');
    const receipt = await readReceipt((await receiptsOf(taskId))[0] ?? '');
    const rowOf = async () => {
      const row = await env.DB.prepare(
        "SELECT changes FROM audit WHERE action = 'gate.approved' AND target_id = ?",
      )
        .bind(receipt.gate.id)
        .first<{ changes: string }>();
      return JSON.parse(row?.changes ?? '{}');
    };
    await expect
      .poll(rowOf)
      .toMatchObject({ after: { taskSeq: receipt.log.seq, logHash: receipt.log.hash } });
  });
});

describe('Eviction before signing: one receipt, same bytes.', () => {
  it('with the key at hand the answer waits for the receipt, and an alarm makes the same again', async () => {
    const taskId = await newAtReview();
    await decide(taskId, 'approve', { comment: 'LGTM!' });
    const before = await signedOf(taskId);
    // As if the object had gone between the vote and the signature.
    await runInDurableObject(taskStub(taskId), (_, { storage: { sql } }) => {
      sql.exec('DELETE FROM receipts');
      sql.exec("DELETE FROM cursors WHERE consumer = 'receipts'");
    });
    await evictDurableObject(taskStub(taskId));
    forgetReceiptKeys();
    await read(`/tasks/${taskId}`);
    await runInDurableObject(taskStub(taskId), (_, { storage }) => storage.setAlarm(Date.now()));
    await runDurableObjectAlarm(taskStub(taskId));
    expect(await signedOf(taskId)).toEqual(before);
    expect(before.filter(({ receipt }) => receipt !== null)).toHaveLength(1);
  });

  it('with D1 away the decision stands, and the alarm signs it once D1 is back', async () => {
    const taskId = await newAtReview();
    forgetReceiptKeys();
    await env.DB.prepare('ALTER TABLE signing_keys RENAME TO away').run();
    expect((await decide(taskId, 'approve')).status).toBe(200);
    expect(await receiptsOf(taskId)).toEqual([]);
    expect((await getGate(taskId, 'review')).status).toBe('approved');
    await env.DB.prepare('ALTER TABLE away RENAME TO signing_keys').run();
    await evictDurableObject(taskStub(taskId));
    await runInDurableObject(taskStub(taskId), (_, { storage: { sql } }) => {
      sql.exec("UPDATE cursors SET retry_at = 0 WHERE consumer = 'receipts'");
    });
    await evictDurableObject(taskStub(taskId));
    await runDurableObjectAlarm(taskStub(taskId));
    expect(await receiptsOf(taskId)).toHaveLength(1);
  });

  it('after a rotation what happened before it is signed with the key of its time', async () => {
    const taskId = await newAtReview();
    await decide(taskId, 'approve');
    const before = await signedOf(taskId);
    await runInDurableObject(taskStub(taskId), (_, { storage: { sql } }) => {
      sql.exec('DELETE FROM receipts');
      sql.exec("DELETE FROM cursors WHERE consumer = 'receipts'");
    });
    await evictDurableObject(taskStub(taskId));
    const soon = { ...env, ROTATE_KEYS_AT: new Date(Date.now() + 1).toISOString() };
    await rotateKeys(soon, Date.now() + 60_000);
    await rotateKeys(soon, Date.now() + 86_400_000);
    forgetReceiptKeys();
    expect((await publicKeys()).keys.length).toBeGreaterThan(1);
    await receiptsOf(taskId);
    expect(await signedOf(taskId)).toEqual(before);
  });
});

describe('A receipt is no token, a token no receipt.', () => {
  it('a receipt and a checkpoint open no door', async () => {
    const taskId = await newAtReview();
    await decide(taskId, 'approve');
    for (const { receipt, checkpoint } of await signedOf(taskId)) {
      for (const jws of [receipt, checkpoint]) {
        if (jws === null) continue;
        const answer = await ask(`/tasks/${taskId}`, { headers: bearer(jws) });
        expect(await refusalOf(answer)).toEqual([401, 'invalid_token']);
      }
    }
  });

  it('a token is signed by no receipt key', async () => {
    const projectId = await newProject();
    await newTask({ projectId });
    const { grant } = await claimOne(await newTestRunner(projectId));
    await expect(readReceipt(grant.agentToken)).rejects.toThrow(/no applicable key/);
  });
});

describe('receipts are read', () => {
  it('by members, not by agents, who would learn the nonce, and a stranger learns nothing', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId, autonomy: 'manual' });
    const { token } = await newMember(await newProject(), 'owner');
    const path = `/tasks/${taskId}/gates/planning/receipts`;
    expect(await refusalOf(await ask(path, { headers: bearer(token) }))).toEqual([
      404,
      'not_found',
    ]);
    const { grant } = await claimOne(await newTestRunner(projectId));
    const byAgent = await ask(path, { headers: bearer(grant.agentToken) });
    expect(await refusalOf(byAgent)).toEqual([403, 'agent_forbidden']);
    const member = await newMember(projectId, 'viewer');
    expect((await ask(path, { headers: bearer(member.token) })).status).toBe(200);
  });

  it('of a gate that the task does not have there are none: 404', async () => {
    const taskId = await newTask();
    const answer = await ask(`/tasks/${taskId}/gates/unknown/receipts`);
    expect(await refusalOf(answer)).toEqual([404, 'not_found']);
  });
});
