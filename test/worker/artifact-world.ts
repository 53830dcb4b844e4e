// What a lease holder leaves behind, and how it is read.

import { createHash } from 'node:crypto';
import type { Artifact } from '../../src/contract/artifact.ts';
import { ask, bearer } from './ask.ts';
import type { Holder, TestRunner } from './world.ts';

export const sha256 = (bytes: string | Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

export const contentDigest = (bytes: string | Uint8Array): string =>
  `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;

/** Bytes that are not the same anywhere. */
export function someBytes(size: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = seed;
  for (let at = 0; at < size; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/** A body that names no length. */
export const streamOf = (chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });

interface Put {
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
}

/** PUT by whoever the token is of; `query` stands for that of the holder. */
export async function putAs(
  token: string | undefined,
  path: string,
  body: BodyInit | null,
  { headers = {}, query = '' }: Put = {},
) {
  const credential = token === undefined ? {} : bearer(token);
  const init = { method: 'PUT', body, headers: { ...credential, ...headers } };
  const answer = await ask(`${path}?${query}`, init);
  const text = await answer.text();
  return { status: answer.status, body: JSON.parse(text) as Artifact & { readonly code?: string } };
}

/** What the holder puts, under its lease. */
export const putter =
  ({ token }: TestRunner, { taskId, grant }: Holder) =>
  (name: string, body: BodyInit | null, { type = 'file', headers = {} }: Put = {}) => {
    const { leaseId, epoch } = grant.lease;
    const query = `type=${type}&leaseId=${leaseId}&epoch=${epoch}`;
    const path = `/tasks/${taskId}/artifacts/${encodeURIComponent(name)}`;
    return putAs(token, path, body, { headers, query });
  };

export const pathOf = (taskId: string, name: string): string =>
  `/tasks/${taskId}/artifacts/${encodeURIComponent(name)}`;
