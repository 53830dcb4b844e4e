// What a receipt says, as somebody reads it who has the public keys and nothing else.

import { compactVerify, createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet } from 'jose';
import { expect } from 'vitest';
import { Checkpoint, Receipt } from '../../src/contract/receipt.ts';
import { canonicalJson } from '../../src/domain/canonical-json.ts';
import { ask } from './ask.ts';
import { newProject, newTask, read, report, send } from './world.ts';

/** A task that stands at the gate `review`, with its report held. */
export async function newAtReview(fields: Record<string, unknown> = {}): Promise<string> {
  const projectId = await newProject();
  const taskId = await newTask({ projectId, autonomy: 'review-before-merge', ...fields });
  for (const status of ['in-progress', 'completed']) await report(taskId, { status });
  return taskId;
}

export const decide = (taskId: string, verb: string, json: object = {}) =>
  send(`/tasks/${taskId}/gates/review/${verb}`, json);

export async function receiptsOf(taskId: string, gate = 'review'): Promise<readonly string[]> {
  const { status, body } = await read<{ receipts: string[] }>(
    `/tasks/${taskId}/gates/${gate}/receipts`,
  );
  expect(status).toBe(200);
  return body.receipts;
}

export const publicKeys = async (): Promise<JSONWebKeySet> =>
  (await ask('/.well-known/receipt-keys.json')).json<JSONWebKeySet>();

/** The payload of a JWS that one of the keys has signed, in its canonical form. */
async function verified(jws: string, typ: string): Promise<unknown> {
  const { payload } = await compactVerify(jws, createLocalJWKSet(await publicKeys()));
  expect(decodeProtectedHeader(jws)).toEqual({ alg: 'EdDSA', kid: expect.any(String), typ });
  const text = new TextDecoder().decode(payload);
  expect(text).toBe(canonicalJson(JSON.parse(text)));
  return JSON.parse(text);
}

export const readReceipt = async (jws: string): Promise<Receipt> =>
  Receipt.parse(await verified(jws, 'sluice-receipt+jwt'));
export const readCheckpoint = async (jws: string): Promise<Checkpoint> =>
  Checkpoint.parse(await verified(jws, 'sluice-checkpoint+jwt'));
