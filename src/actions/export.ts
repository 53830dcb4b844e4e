import { publishedReceiptKeys } from '../auth/receipt-keys.ts';
import type { BundleBlock, BundleEnd, BundleLine } from '../contract/bundle.ts';
import { ok, type Result } from '../contract/error.ts';
import { auditOnce } from '../db/audit.ts';
import { platformDb } from '../db/database.ts';
import { runningDigest } from '../domain/digest.ts';
import { taskDoor } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';
import { auditRowOf } from './effect.ts';
import { artifactText } from './export-artifacts.ts';
import { targetDoor } from './target.ts';

type Door = ReturnType<typeof taskDoor<'export'>>;
type Head = Extract<Awaited<ReturnType<Door['begin']>>, { ok: true }>['value'];

/** Lines go out in pieces of about this size. */
const CHUNK_BYTES = 65_536;

/** The export of a task, read as it is asked for: a page of the log is all that is ever held of it. */
export async function exportTask(
  ask: Ask,
  id: string,
): Promise<Result<ReadableStream<Uint8Array>>> {
  const target = await targetDoor(ask, id, 'export');
  if (!target.ok) return target;
  const door = target.value;
  const begun = await door.begin(ask.actor, ask.now);
  if (!begun.ok) return begun;
  const keys = await publishedReceiptKeys(ask.env, ask.now);
  await noteExport(ask, begun.value);
  const artifacts = taskDoor(ask.env, id, 'artifacts');
  const source: Source = { ask, door, artifacts, head: begun.value, keys };
  return ok(streamOf(bytesOf(textOf(source))));
}

/** Who took it, and how far it went: a copy that was cut behind this shows. */
async function noteExport(ask: Ask, { manifest, environment, hash }: Head): Promise<void> {
  const { project: projectId, task, lastSeq } = manifest;
  const row = auditRowOf(ask, {
    ...{ projectId, action: 'task.exported', environment },
    target: { type: 'task', id: task },
    changes: { before: null, after: { seq: lastSeq, logHash: hash } },
  });
  await auditOnce(platformDb(ask.env), row).run();
}

interface Source {
  readonly ask: Ask;
  readonly door: Door;
  readonly artifacts: ReturnType<typeof taskDoor<'artifacts'>>;
  readonly head: Head;
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

interface Piece {
  readonly text: string;
  readonly endsLine: boolean;
}

async function* textOf(source: Source): AsyncGenerator<Piece> {
  for await (const line of linesOf(source)) {
    yield { text: `${JSON.stringify(line)}\n`, endsLine: true };
  }
  const { ask, artifacts, head } = source;
  yield* artifactText(ask, artifacts, head.artifacts);
}

async function* linesOf(source: Source): AsyncGenerator<BundleLine> {
  const { head, keys } = source;
  yield head.manifest;
  const sorted = keys.toSorted((a, b) => (String(a['kid']) < String(b['kid']) ? -1 : 1));
  for (const jwk of sorted) yield { k: 'key', jwk };
  yield* blocksOf(source);
  for await (const jws of signedOf(source, 'receipt')) yield { k: 'receipt', jws };
  for await (const jws of signedOf(source, 'checkpoint')) yield { k: 'checkpoint', jws };
  yield { k: 'checkpoint', jws: head.checkpoint };
}

async function* blocksOf({ ask, door, head }: Source): AsyncGenerator<BundleBlock> {
  const { lastSeq: to, pruned } = head.manifest;
  const prunedTo = pruned[0]?.[1] ?? 0;
  for (let after = 0; after < to; ) {
    const page = present(await door.blocks({ actor: ask.actor, after, to }));
    for (const block of page) {
      // A copy with holes that it does not tell of would look forged: better none.
      if (block.body === null && block.last > prunedTo) throw new Error('Bodies went meanwhile.');
      yield block;
      after = block.last;
    }
    if (page.length === 0) throw new Error('The log ends before its end.');
  }
}

async function* signedOf(
  { ask, door, head }: Source,
  what: 'receipt' | 'checkpoint',
): AsyncGenerator<string> {
  const { lastSeq: to } = head.manifest;
  let before: string | null = null;
  for (let after = 0; ; ) {
    const page = present(await door.signed({ actor: ask.actor, after, to }));
    for (const row of page) {
      const jws = row[what];
      // Signed by two at once it is the same text.
      if (jws !== null && jws !== before) yield jws;
      before = jws ?? before;
      after = row.seq;
    }
    if (page.length === 0) return;
  }
}

/** The task was deleted, or the member removed, while it was read: an answer that is cut off says so. */
function present<T>(read: Result<T>): T {
  if (!read.ok) throw new Error('The task is gone.');
  return read.value;
}

async function* bytesOf(pieces: AsyncIterable<Piece>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const digest = runningDigest();
  let text = '';
  let count = 0;
  for await (const piece of pieces) {
    text += piece.text;
    if (piece.endsLine) count += 1;
    if (text.length < CHUNK_BYTES) continue;
    const bytes = encoder.encode(text);
    digest.add(bytes);
    yield bytes;
    text = '';
  }
  const rest = encoder.encode(text);
  digest.add(rest);
  yield rest;
  const end: BundleEnd = { k: 'end', lines: count, sha256: digest.end() };
  yield encoder.encode(`${JSON.stringify(end)}\n`);
}

/** Nothing is read ahead of the reader. */
function streamOf(chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    const { done, value } = await chunks.next();
    if (done) controller.close();
    else controller.enqueue(value);
  };
  const cancel = async (): Promise<void> => {
    await chunks.return(undefined);
  };
  return new ReadableStream({ pull, cancel }, { highWaterMark: 0 });
}
