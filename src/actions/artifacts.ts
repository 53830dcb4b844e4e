import { ARTIFACT_PAGE_BYTES, type Artifact, type ArtifactList } from '../contract/artifact.ts';
import { ok, type Result } from '../contract/error.ts';
import { type ByteRange, rangeIn } from '../domain/byte-range.ts';
import { digestField } from '../domain/content-digest.ts';
import { servedType } from '../domain/served-type.ts';
import type { Ask } from './ask.ts';
import { targetDoor } from './target.ts';

/** What of an artifact is wanted, and how. */
export interface WantedDownload {
  readonly name: string;
  readonly version: number | undefined;
  readonly range: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/** An answer in the making. Its bytes are read as they are asked for. */
export type Download = {
  readonly artifact: Artifact;
  readonly headers: Readonly<Record<string, string>>;
} & (
  | { readonly status: 200 | 206; readonly body: ReadableStream<Uint8Array> }
  | { readonly status: 304; readonly body: null }
);

type ReadPage = (index: number) => Promise<Result<Uint8Array | null>>;

export async function listArtifacts(ask: Ask, id: string): Promise<Result<ArtifactList>> {
  const target = await targetDoor(ask, id, 'artifacts');
  if (!target.ok) return target;
  const listed = await target.value.list(ask.actor);
  if (!listed.ok) return listed;
  return ok({ artifacts: [...listed.value], count: listed.value.length });
}

export async function downloadArtifact(
  ask: Ask,
  id: string,
  wanted: WantedDownload,
): Promise<Result<Download>> {
  const target = await targetDoor(ask, id, 'artifacts');
  if (!target.ok) return target;
  const { actor } = ask;
  const found = await target.value.find({ actor, name: wanted.name, version: wanted.version });
  if (!found.ok) return found;
  const { name, version } = found.value;
  const page: ReadPage = (index) => target.value.page({ actor, name, version }, index);
  return ok(downloadOf(found.value, wanted, page));
}

function downloadOf(artifact: Artifact, wanted: WantedDownload, page: ReadPage): Download {
  const { bytes, sha256 } = artifact;
  const etag = `"${sha256}"`;
  const known = (wanted.ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known.includes(etag)) return { artifact, status: 304, headers: { ETag: etag }, body: null };
  const part = rangeIn(wanted.range, bytes);
  const range = part ?? { from: 0, to: bytes - 1 };
  const headers = { ...headersOf(artifact), 'Content-Length': `${range.to + 1 - range.from}` };
  const body = readPages(range, page);
  if (part === null) return { artifact, status: 200, headers, body };
  const contentRange = { 'Content-Range': `bytes ${part.from}-${part.to}/${bytes}` };
  return { artifact, status: 206, headers: { ...headers, ...contentRange }, body };
}

/** They see to it that a browser saves the bytes, and runs none of them. */
const headersOf = ({ name, contentType, sha256 }: Artifact) => ({
  'Content-Type': servedType(contentType),
  'Content-Disposition': `attachment; filename*=UTF-8''${extendedValue(name)}`,
  'Content-Security-Policy': "sandbox; default-src 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Accept-Ranges': 'bytes',
  ETag: `"${sha256}"`,
  'Repr-Digest': digestField(sha256),
});

/** RFC 8187 §3.2.1. */
const extendedValue = (text: string): string =>
  encodeURIComponent(text).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** Asks for a page when the reader wants more, so that a slow one holds no more than that. */
function readPages({ from, to }: ByteRange, page: ReadPage): ReadableStream<Uint8Array> {
  let at = from;
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    if (at > to) return controller.close();
    const index = Math.floor(at / ARTIFACT_PAGE_BYTES);
    const found = await page(index);
    // It was deleted meanwhile: an answer that is cut off says so.
    if (!found.ok || found.value === null) return controller.error(new Error('It is gone.'));
    const begin = index * ARTIFACT_PAGE_BYTES;
    const part = found.value.subarray(at - begin, to + 1 - begin);
    at += part.byteLength;
    return controller.enqueue(part);
  };
  return new ReadableStream({ pull }, { highWaterMark: 0 });
}
