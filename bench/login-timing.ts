// Whether the time of a refusal tells an unknown client from a wrong secret: `node bench/login-timing.ts [samples]`. It
// prints Welch's t of two series, taken in turns, and decides nothing: the clock of a busy machine is no gate.
import { performance } from 'node:perf_hooks';
import { startEdge } from '../tools/edge/serve.ts';

/** Fewer than lock a client out. */
const FAILURES_EACH = 8;
const CLIENTS_A_PROJECT = 40;
const SECRET = `slc_cs_${'0123456789ABCDEFGHIJabcdefghij'}2n6A2I`;
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';

const post = async (url: string, body: object): Promise<string> => {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  const { id } = (await answer.json()) as { readonly id: string };
  return id;
};

const knownClients = async (url: string, count: number): Promise<readonly string[]> => {
  const ids: string[] = [];
  let projectId = '';
  while (ids.length < count) {
    if (ids.length % CLIENTS_A_PROJECT === 0) {
      projectId = await post(`${url}/v1/projects`, { name: `timing ${ids.length}` });
    }
    const client = { name: 'CI', kind: 'service', scopes: ['tasks:read'], projectId };
    ids.push(await post(`${url}/v1/clients`, client));
  }
  return ids;
};

/** An id of the same age and form that nobody has. */
const unknownLike = (id: string): string =>
  id.slice(0, 14) +
  Array.from({ length: 16 }, () => DIGITS[Math.floor(Math.random() * 32)]).join('');

const refusalMs = async (url: string, client_id: string): Promise<number> => {
  const form = { grant_type: 'client_credentials', client_id, client_secret: SECRET };
  const body = new URLSearchParams(form);
  const start = performance.now();
  const answer = await fetch(`${url}/v1/auth/token`, { method: 'POST', body });
  await answer.text();
  const took = performance.now() - start;
  if (answer.status !== 401) throw new Error(`Not a refusal of the secret: ${answer.status}`);
  return took;
};

const summary = (values: readonly number[]) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const sorted = values.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return { mean, median, error: squares / (values.length - 1) / values.length };
};

const samples = Number(process.argv[2] ?? 2_000);
const edge = await startEdge();
try {
  const known = await knownClients(edge.url, Math.ceil(samples / FAILURES_EACH));
  const unknown = known.map(unknownLike);
  const times = { known: [] as number[], unknown: [] as number[] };
  for (let at = 0; at < samples; at += 1) {
    const which = at % known.length;
    const turns = at % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const);
    for (const kind of turns) {
      const id = (kind === 'known' ? known : unknown)[which] ?? '';
      times[kind].push(await refusalMs(edge.url, id));
    }
  }
  const [wrong, never] = [summary(times.known), summary(times.unknown)];
  const t = (wrong.mean - never.mean) / Math.sqrt(wrong.error + never.error);
  const say = (name: string, { mean, median }: typeof wrong) =>
    console.log(`${name}: mean ${mean.toFixed(3)} ms, median ${median.toFixed(3)} ms`);
  say('wrong secret', wrong);
  say('unknown client', never);
  console.log(`2 × ${samples} samples, Welch t = ${t.toFixed(2)} (told apart from 4.5 on)`);
} finally {
  await edge.stop();
}
