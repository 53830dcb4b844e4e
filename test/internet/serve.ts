// The rest of the world, as the Worker under test sees it: whatever it fetches comes here, in Node, and to no network. A
// test publishes what shall be found at a URL, and asks how often anybody came there.

import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

/** What stands at a URL. */
export interface Publication {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A body that goes on for longer than anybody should read. */
  readonly endless?: true;
  /** No answer for longer than anybody should wait. */
  readonly silent?: true;
  /** A body that begins and does not go on. */
  readonly stalled?: true;
  /** A body of so many bytes. */
  readonly bytes?: number;
  /** The connection breaks. */
  readonly broken?: true;
  /** What is answered in turn, before what stands beside. */
  readonly first?: readonly Publication[];
}

interface Web {
  readonly pages: Map<string, Publication>;
  /** The newest requests, each as `METHOD URL` with the headers that came along. */
  readonly visits: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    /** In UTF-8; what is no text is not sent here. */
    readonly body: string;
  }[];
}

/** Where tests talk to it; no guard lets the Worker's own code ask such a name. */
export const CONTROL = 'http://internet.invalid/';
const VISITS_MAX = 10_000;
const CHUNKS_MAX = 2_000;
const SILENCE_MS = 2_000;

const web: Web = { pages: new Map(), visits: [] };

export async function serveInternet(request: {
  readonly url: string;
  readonly method: string;
  readonly headers: { entries(): Iterable<[string, string]> };
  text(): Promise<string>;
}): Promise<Response> {
  if (request.url.startsWith(CONTROL)) return control(request);
  if (web.visits.length >= VISITS_MAX) web.visits.shift();
  const sent = Object.fromEntries(request.headers.entries());
  web.visits.push({ url: request.url, headers: sent, body: await request.text() });
  const page = nextPage(request.url);
  if (page === undefined) return new Response('nothing here', { status: 404 });
  if (page.silent) await delay(SILENCE_MS);
  if (page.broken) throw new Error('The connection breaks.');
  const body = bodyOf(page);
  const etag = `"${createHash('sha256')
    .update(page.body ?? '')
    .digest('hex')}"`;
  const headers = new Headers(page.headers ?? {});
  if (headers.has('etag')) headers.set('etag', etag);
  const isKnown = sent['if-none-match'] === etag;
  if (headers.has('etag') && isKnown) return new Response(null, { status: 304, headers });
  return new Response(body, { status: page.status ?? 200, headers });
}

/** What is to be answered now; what was answered in its turn is not answered again. */
function nextPage(url: string): Publication | undefined {
  const page = web.pages.get(url);
  const [next, ...first] = page?.first ?? [];
  if (page === undefined || next === undefined) return page;
  web.pages.set(url, { ...page, first });
  return next;
}

function bodyOf({ endless: isEndless, stalled, bytes, body = '' }: Publication) {
  if (isEndless) return endless();
  if (stalled) return stalling();
  return bytes === undefined ? body : large(bytes);
}

const CHUNK = new Uint8Array(65_536).fill(48);

/** So much, as fast as it is taken. */
function large(bytes: number): ReadableStream<Uint8Array> {
  let left = bytes;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(CHUNK.slice(0, left));
      left -= Math.min(left, CHUNK.byteLength);
      if (left === 0) controller.close();
    },
  });
}

const stalling = (): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('wait'));
    },
  });

async function control(request: { readonly url: string; text(): Promise<string> }) {
  const url = new URL(request.url).searchParams.get('url') ?? '';
  const text = await request.text();
  if (text !== '') web.pages.set(url, JSON.parse(text) as Publication);
  return Response.json(web.visits.filter((visit) => visit.url.startsWith(url)));
}

/** A little at a time, slowly enough that whoever carries it need not hoard it. */
function endless(): ReadableStream<Uint8Array> {
  let chunks = 0;
  return new ReadableStream({
    async pull(controller) {
      await delay(1);
      controller.enqueue(new Uint8Array(1_024).fill(48));
      chunks += 1;
      if (chunks === CHUNKS_MAX) controller.close();
    },
  });
}
