// OWASP AISVS 1.0, C9.4: what stays of a decision, and how it shows that somebody has changed it.

import { env } from 'cloudflare:workers';
import type { JWK } from 'jose';
import { describe, expect, it } from 'vitest';
import type { BundleLine } from '../../../src/contract/bundle.ts';
import { canonicalJson } from '../../../src/domain/canonical-json.ts';
import { sha256Hex } from '../../../src/domain/digest.ts';
import { BadEntry } from '../../../verify/bad-entry.ts';
import { verifyBundle } from '../../../verify/verify-bundle.ts';
import { askRequired, bearer } from '../ask.ts';
import { push } from '../gate-world.ts';
import { newMember } from '../people.ts';
import { publicKeys, readReceipt, receiptsOf } from '../receipt-world.ts';
import { hashOf, newApprovalWorld } from './approval-world.ts';

const encoder = new TextEncoder();

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield encoder.encode(text);
}

/** Whether it holds under the public keys of the server alone; the number of the first line that does not. */
async function badLine(bundle: string): Promise<number> {
  const trusted = (await publicKeys()).keys.map((jwk) => [String(jwk.kid), jwk] as const);
  try {
    await verifyBundle(once(bundle), new Map<string, JWK>(trusted));
    return 0;
  } catch (error) {
    if (error instanceof BadEntry) return error.line;
    throw error;
  }
}

const linesOf = (bundle: string): readonly string[] => bundle.split('\n').slice(0, -1);
/** With a last line that counts them anew, as somebody without a key would write it. */
function ended(lines: readonly string[]): string {
  const text = lines.map((line) => `${line}\n`).join('');
  const end = { k: 'end', lines: lines.length, sha256: sha256Hex(text) };
  return `${text}${JSON.stringify(end)}\n`;
}
// Our own bytes.
const read = (line: string): BundleLine => JSON.parse(line) as BundleLine;

/** A push that an agent asked for, a developer approved and the runner used, and all that is left of it. */
async function newRecord() {
  const world = await newApprovalWorld();
  const { asAgent, ada, seen, consume, projectId, taskId } = world;
  await asAgent({ advisory: { summary: 'ships it' }, policy: { required: 1 } });
  await ada.decide('approve', { comment: 'Looks right.' });
  const gate = await seen();
  expect((await consume(gate)).status).toBe(200);
  const owner = await newMember(projectId, 'owner');
  const exported = await askRequired(`/tasks/${taskId}/export`, { headers: bearer(owner.token) });
  expect(exported.status).toBe(200);
  return { ...world, gate, bundle: new TextDecoder().decode(await exported.arrayBuffer()) };
}

describe('9.4.3 what was decided is kept with its context, and a change of it shows', () => {
  it('the log says who asked for whom, under which policy, for what, who voted and what became of it', async () => {
    const { bundle, gate, ada, runner, taskId, projectId } = await newRecord();
    const bodies = linesOf(bundle).flatMap((line) => {
      const entry = read(line);
      return entry.k === 'block' ? (JSON.parse(entry.body ?? '[]') as readonly unknown[]) : [];
    });
    const told = (type: string) =>
      bodies.filter((event) => (event as { type: string }).type === type);
    const context = { projectId, taskId, environment: 'development', attempt: 1 };
    const requester = { sub: expect.any(String), runnerId: runner.id, onBehalfOf: 'usr_local' };
    expect(told('gate:required')).toMatchObject([
      {
        data: {
          ...{ gateId: gate.id, action: push(), actionHash: gate.actionHash, requester, context },
          ...{ policy: { required: 1 }, policyHash: gate.policyHash },
        },
      },
    ]);
    expect(told('gate:approved')).toMatchObject([
      { data: { gateId: gate.id, approverId: ada.id, comment: 'Looks right.' } },
    ]);
    expect(told('gate:consumed')).toMatchObject([{ data: { gateId: gate.id, byId: runner.id } }]);
  });

  it('the decision has a receipt that says the same, and its place in the log', async () => {
    const { bundle, gate, ada, taskId, projectId } = await newRecord();
    const receipts = await Promise.all((await receiptsOf(taskId, gate.id)).map(readReceipt));
    expect(receipts[0]).toMatchObject({
      ...{ kind: 'gate.decision', decision: 'approved', required: 1, consumed: null },
      ...{ project: projectId, task: taskId, requester: gate.requester, context: gate.context },
      ...{ actionHash: gate.actionHash, nonce: gate.nonce },
      ...{ bindingHash: gate.bindingHash, policyHash: gate.policyHash },
      votes: [{ sub: ada.id, decision: 'approve', commentHash: hashOf('Looks right.') }],
    });
    expect(gate.actionHash).toBe(hashOf(canonicalJson(push())));
    expect(gate.policyHash).toBe(hashOf(canonicalJson(gate.policy)));
    const blocks = linesOf(bundle)
      .map(read)
      .filter((line) => line.k === 'block');
    for (const { log } of receipts) {
      const block = blocks.find(({ last }) => last >= log.seq);
      expect([block?.k, block?.hash]).toEqual(['block', log.hash]);
    }
  });

  it('the use of it has one too, with the same nonce, and says under which lease', async () => {
    const { gate, lease, taskId, runner } = await newRecord();
    const [decided, used, ...more] = await Promise.all(
      (await receiptsOf(taskId, gate.id)).map(readReceipt),
    );
    expect(more).toEqual([]);
    expect(used).toMatchObject({
      ...{ kind: 'gate.consumed', nonce: decided?.nonce, bindingHash: decided?.bindingHash },
      consumed: { sub: runner.id, ...lease, at: expect.any(String) },
    });
  });

  it('each block is chained to the one before it, by digests that anybody can make again', async () => {
    const { bundle, taskId } = await newRecord();
    let before = hashOf(`sluice-log-1\n${taskId}`).replace('sha256:', '');
    for (const line of linesOf(bundle).map(read)) {
      if (line.k !== 'block') continue;
      const { first, last, at, kind, epoch, producer, prev, bodyHash, hash, body } = line;
      expect(prev).toBe(before);
      expect(`sha256:${bodyHash}`).toBe(hashOf(body ?? ''));
      const parts = ['sluice-block-1', prev, first, last, at, kind, epoch ?? '', producer ?? ''];
      expect(`sha256:${hash}`).toBe(hashOf([...parts, bodyHash].join('\n')));
      before = hash;
    }
  });

  it.each([
    [
      'who approved it',
      (line: string, ada: string) => line.replaceAll(ada, `${ada.slice(0, -1)}_`),
    ],
    ['what was approved', (line: string) => line.replaceAll('origin', 'elsewhere')],
    ['what they said', (line: string) => line.replaceAll('Looks right.', 'Looks wrong')],
  ])('changed afterwards, %s is found where it stands', async (_, changed) => {
    const { bundle, ada } = await newRecord();
    const lines = linesOf(bundle).slice(0, -1);
    const at = lines.findIndex((line) => changed(line, ada.id) !== line);
    expect(at).toBeGreaterThan(0);
    expect(await badLine(bundle)).toBe(0);
    const forged = lines.map((line) => changed(line, ada.id));
    expect(await badLine(ended(forged))).toBe(at + 1);
  });

  it('a decision that is left out, or told twice, is missed', async () => {
    const { bundle } = await newRecord();
    const lines = linesOf(bundle).slice(0, -1);
    for (const kind of ['block', 'receipt', 'checkpoint']) {
      const at = lines.findLastIndex((line) => line.startsWith(`{"k":"${kind}"`));
      expect(at).toBeGreaterThan(0);
      expect(await badLine(ended(lines.toSpliced(at, 1)))).not.toBe(0);
      expect(await badLine(ended(lines.toSpliced(at, 0, lines[at] ?? '')))).not.toBe(0);
    }
  });

  it('the audit log has the hash of that place too, beside the log itself', async () => {
    const { gate, taskId } = await newRecord();
    const [first = ''] = await receiptsOf(taskId, gate.id);
    const { log } = await readReceipt(first);
    const kept = async () => {
      const row = await env.DB.prepare(
        "SELECT changes FROM audit WHERE action = 'gate.approved' AND target_id = ?",
      )
        .bind(gate.id)
        .first<{ changes: string }>();
      return JSON.parse(row?.changes ?? '{}');
    };
    await expect.poll(kept).toMatchObject({ after: { taskSeq: log.seq, logHash: log.hash } });
  });
});
