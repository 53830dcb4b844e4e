// Client ID metadata documents: a client that is named by the https URL at which it describes itself. What stands there
// may change at any time and is read anew when its time is over; a document that cannot be read is no client.

import { type DescribedClient, readClientMetadata } from '../contract/client-metadata.ts';
import { API_VERSION } from '../contract/credential-field.ts';
import { assertPublicUrl } from '../contract/public-url.ts';
import {
  type ClientDocumentRow,
  findClientDocument,
  keepClientDocument,
} from '../db/client-documents.ts';
import { platformDb } from '../db/database.ts';
import { hex } from './id.ts';
import type { LookupEnv } from './lookup.ts';
import type { OAuthClient } from './oauth-client.ts';
import { fetchPublic } from './outbound.ts';

const LIMITS = { maxBytes: 5_120, timeoutMs: 5_000 } as const;
const KEPT_S = { preset: 3_600, min: 60, max: 86_400 } as const;
const JSON_TYPE = /^application\/([\w.+-]+\+)?json\s*(;.*)?$/i;
const ETAG = /^(W\/)?"[\x21\x23-\x7e]{0,200}"$/;

/** Null for a URL that cannot name a client, for one that does not answer, and for a document that describes none. */
export async function findDocumentClient(
  env: LookupEnv,
  url: string,
  nowMs: number,
): Promise<OAuthClient | null> {
  if (!isClientUrl(env, url)) return null;
  const db = platformDb(env);
  const known = await findClientDocument(db, url);
  if (known !== null && known.expiresAt > nowMs) return clientOf(env, known);
  const fetched = await fetchDocument(env, { url, known, nowMs });
  const client = fetched && clientOf(env, fetched);
  // What describes no client is not kept, so that its author can mend it and try at once.
  if (fetched !== null && client !== null) await keepClientDocument(db, fetched);
  return client;
}

/** As its author writes it and as it is called: no dot segments, no capitals, nothing that a parser would mend. */
function isClientUrl(env: LookupEnv, url: string): boolean {
  const allowed = assertPublicUrl(env, url);
  if (!allowed.ok) return false;
  const { href, hash, pathname, protocol } = allowed.value;
  return (
    protocol === 'https:' && href === url && hash === '' && pathname !== '/' && !url.includes('#')
  );
}

async function fetchDocument(
  env: LookupEnv,
  asked: {
    readonly url: string;
    readonly known: ClientDocumentRow | null;
    readonly nowMs: number;
  },
): Promise<ClientDocumentRow | null> {
  const { url, known, nowMs } = asked;
  const condition = known?.etag ? { 'If-None-Match': known.etag } : {};
  const headers = { Accept: 'application/json', ...condition };
  const answer = await fetchPublic(env, url, { ...LIMITS, headers });
  if (!answer.ok) return null;
  const { status, text, headers: got } = answer.value;
  const times = { fetchedAt: nowMs, expiresAt: nowMs + keptMs(got.get('Cache-Control')) };
  if (status === 304 && known !== null) return { ...known, ...times };
  if (status !== 200 || !JSON_TYPE.test(got.get('Content-Type') ?? '')) return null;
  const etag = got.get('ETag') ?? '';
  const digest = await digestOf(text);
  return { url, document: text, etag: ETAG.test(etag) ? etag : null, digest, ...times };
}

/** As long as its host says, within bounds: not so short that each request asks it, not so long that it cannot change. */
function keptMs(cacheControl: string | null): number {
  const said = /(?:^|[\s,])max-age=(\d{1,9})(?:$|[\s,])/i.exec(cacheControl ?? '')?.[1];
  const isFleeting = /(?:^|[\s,])no-(?:store|cache)(?:$|[\s,=])/i.test(cacheControl ?? '');
  const seconds = isFleeting ? KEPT_S.min : Number(said ?? KEPT_S.preset);
  return Math.min(Math.max(seconds, KEPT_S.min), KEPT_S.max) * 1_000;
}

async function digestOf(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

function clientOf(env: LookupEnv, row: ClientDocumentRow): OAuthClient | null {
  const described = readClientMetadata(parse(row.document));
  if ('error' in described || described.clientId !== row.url) return null;
  if (described.jwksUri !== null && !assertPublicUrl(env, described.jwksUri).ok) return null;
  return asClient(row, described);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asClient({ url, digest }: ClientDocumentRow, described: DescribedClient): OAuthClient {
  const { name, authMethod, redirectUris, scopes, jwks, jwksUri, requirePar, dpopBound } =
    described;
  return {
    id: url,
    projectId: '',
    name: name ?? new URL(url).host,
    kind: 'metadata',
    authMethod,
    redirectUris,
    scopes,
    resources: [],
    environments: null,
    jwks,
    jwksUri,
    requirePar,
    dpopBound,
    ratePerMinute: null,
    apiVersion: API_VERSION,
    secretHashes: [],
    documentDigest: digest,
  };
}
