import {
  type Artifact,
  ArtifactReference,
  DEFAULT_CONTENT_TYPE,
  MediaType,
} from '../contract/artifact.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import { digestIn } from '../domain/content-digest.ts';
import { type RunningDigest, runningDigest } from '../domain/digest.ts';
import { redactText } from '../domain/redact.ts';
import type { taskDoor } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';
import { BodyEndedEarly, pagesOf } from './body-pages.ts';
import { targetDoor } from './target.ts';

/** What is sent, as its headers say, and the bytes of it, none of which were read. */
export interface Upload {
  readonly name: string;
  readonly type: Artifact['type'];
  readonly leaseId: string | undefined;
  readonly epoch: number | undefined;
  readonly contentType: string | undefined;
  readonly contentDigest: string | undefined;
  /** As the header says it; NaN: in chunks. */
  readonly contentLength: number;
  readonly request: Request;
}

export interface AddedArtifact {
  readonly artifact: Artifact;
  readonly isNew: boolean;
}

type Door = ReturnType<typeof taskDoor<'artifacts'>>;
type Sent = Parameters<Door['add']>[0];

/** No JSON that names something elsewhere is longer. */
const REFERENCE_BYTES_MAX = 4_096;
const JSON_TYPE = /^application\/json\s*(;|$)/i;
const MEMBERS = 'bytes,sha256,url';

const atHeader = (name: string, message: string) =>
  refuse('invalid_request', message, { errors: [{ path: `^${name}`, message }] });

const MISMATCH = refuse('digest_mismatch', 'The bytes are not those of the digest.');
const CUT_OFF = refuse('invalid_request', 'The body ended early.');

/** Takes a version of an artifact: its bytes, or where they lie. The same bytes as the newest are no new one. */
export async function addArtifact(
  ask: Ask,
  id: string,
  upload: Upload,
): Promise<Result<AddedArtifact>> {
  const target = await targetDoor(ask, id, 'artifacts');
  if (!target.ok) return target;
  const read = readHeaders(ask, upload);
  if (!read.ok) return read;
  const { sent, digest } = read.value;
  const whole = await shortJson(upload);
  if (whole === null) return take(target.value, sent, { body: upload.request.body, digest });
  const reference = referenceIn(whole);
  if (reference === null) {
    return take(target.value, sent, { body: new Blob([whole]).stream(), digest });
  }
  if (!reference.ok) return reference;
  const url = redactText(reference.value.url);
  const artifact = { ...sent.artifact, ...reference.value, url };
  return target.value.add({ ...sent, artifact }, null);
}

interface Read {
  readonly sent: Sent;
  readonly digest: string | undefined;
}

function readHeaders({ actor, now }: Ask, upload: Upload): Result<Read> {
  const { contentDigest, leaseId, epoch, type } = upload;
  const agentEpoch = actor.task?.epoch;
  if (agentEpoch === undefined && (leaseId === undefined || epoch === undefined)) {
    return refuse('invalid_request', 'LeaseId and epoch are required', {
      errors: [{ path: '?leaseId', message: 'LeaseId and epoch are required' }],
    });
  }
  const contentType = MediaType.safeParse(upload.contentType ?? DEFAULT_CONTENT_TYPE);
  if (!contentType.success) {
    return atHeader('Content-Type', contentType.error.issues[0]?.message ?? 'It is no media type');
  }
  const digest = contentDigest === undefined ? undefined : digestIn(contentDigest);
  if (contentDigest !== undefined && digest === undefined) {
    return atHeader('Content-Digest', 'Content-Digest must have a sha-256 (RFC 9530)');
  }
  const name = redactText(upload.name);
  const artifact = { name, type, contentType: contentType.data, bytes: 0, sha256: '' };
  const held = { leaseId: leaseId ?? '', epoch: agentEpoch ?? epoch ?? 0 };
  return ok({ sent: { now, actor, ...held, artifact }, digest });
}

/** The whole of a body that is short enough and says that it is JSON; null for all others. */
async function shortJson(upload: Upload): Promise<ArrayBuffer | null> {
  const { contentType = '', contentLength, request } = upload;
  const isShort = contentLength <= REFERENCE_BYTES_MAX && JSON_TYPE.test(contentType);
  return isShort ? request.arrayBuffer() : null;
}

/** Null for JSON that names nothing elsewhere: that is a file like others. */
function referenceIn(bytes: ArrayBuffer): Result<ArtifactReference> | null {
  const value = parsed(bytes);
  if (typeof value !== 'object' || value === null) return null;
  if (Object.keys(value).sort().join() !== MEMBERS) return null;
  const read = ArtifactReference.safeParse(value);
  if (read.success) return ok(read.data);
  const [issue] = read.error.issues;
  const message = issue?.message ?? 'The reference is wrong';
  return refuse('invalid_request', message, {
    errors: [{ path: issue?.path.join('.') ?? '', message }],
  });
}

function parsed(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

interface Bytes {
  readonly body: ReadableStream<Uint8Array> | null;
  readonly digest: string | undefined;
}

/** Hands the bytes on as they come, a page at a time, so that no more than that is ever held here. */
async function take(door: Door, sent: Sent, bytes: Bytes): Promise<Result<AddedArtifact>> {
  const taking = new Taking(door, sent);
  try {
    const taken = await taking.run(bytes.body, bytes.digest);
    if (!taken.ok) await taking.abandon();
    return taken;
  } catch (error) {
    await taking.abandon();
    if (error instanceof BodyEndedEarly) return CUT_OFF;
    throw error;
  }
}

class Taking {
  readonly #door: Door;
  readonly #sent: Sent;
  readonly #hash: RunningDigest = runningDigest();
  #file: number | null = null;
  #page = 0;
  #bytes = 0;

  constructor(door: Door, sent: Sent) {
    this.#door = door;
    this.#sent = sent;
  }

  async run(
    body: ReadableStream<Uint8Array> | null,
    digest: string | undefined,
  ): Promise<Result<AddedArtifact>> {
    for await (const { bytes, isLast } of pagesOf(body)) {
      this.#hash.add(bytes);
      this.#bytes += bytes.byteLength;
      if (isLast) return this.#end(bytes, digest);
      // What is here already may be sent again, even where nothing new would find room.
      const kept = await this.#door.keep(this.#sentWith(digest ?? ''), this.#part(bytes));
      if (!kept.ok) return kept;
      this.#file = kept.value;
      this.#page += 1;
    }
    throw new BodyEndedEarly();
  }

  async #end(bytes: Uint8Array, digest: string | undefined): Promise<Result<AddedArtifact>> {
    const sha256 = this.#hash.end();
    if (digest !== undefined && digest !== sha256) return MISMATCH;
    const added = await this.#door.add(this.#sentWith(sha256), this.#part(bytes));
    // What became of it is settled there: nothing is left to be abandoned.
    this.#file = null;
    return added;
  }

  async abandon(): Promise<void> {
    if (this.#file !== null) await this.#door.abandon(this.#file);
  }

  #part(bytes: Uint8Array) {
    return { file: this.#file, page: this.#page, bytes };
  }

  #sentWith(sha256: string): Sent {
    return { ...this.#sent, artifact: { ...this.#sent.artifact, bytes: this.#bytes, sha256 } };
  }
}
