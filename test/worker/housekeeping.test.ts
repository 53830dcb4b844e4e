import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { housekeeping } from '../../src/actions/housekeeping.ts';
import { NOW } from './credentials.ts';

const DAY_MS = 86_400_000;
const countOf = async (table: string) =>
  (await env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first<{ n: number }>())?.n;

it('what has expired is cleared, what has not is kept', async () => {
  const jti = env.DB.prepare('INSERT INTO used_jti (k, expires_at) VALUES (?1, ?2)');
  const kept = env.DB.prepare(
    "INSERT INTO idempotency (k, fingerprint, status, headers, body, created_at) VALUES (?1, '', 200, '{}', '', ?2)",
  );
  const failures = env.DB.prepare('INSERT INTO failures (k, count, until) VALUES (?1, 1, ?2)');
  const documents = env.DB.prepare(
    "INSERT INTO client_documents (url, document, digest, fetched_at, expires_at) VALUES (?1, '', '', 0, ?2)",
  );
  await env.DB.batch([
    jti.bind('old', NOW - 1),
    jti.bind('young', NOW + 1),
    kept.bind('old', NOW - DAY_MS),
    kept.bind('young', NOW - DAY_MS + 1),
    failures.bind('old', NOW),
    failures.bind('young', NOW + 1),
    documents.bind('old', NOW - DAY_MS),
    documents.bind('young', NOW - DAY_MS + 1),
  ]);
  await housekeeping(env, NOW);
  const tables = ['used_jti', 'idempotency', 'failures', 'client_documents'];
  for (const table of tables) expect(await countOf(table)).toBe(1);
});

it('more than a thousand rows are cleared over some minutes', async () => {
  await env.DB.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
     INSERT INTO used_jti SELECT 'many' || i, 0 FROM n`,
  ).run();
  const before = (await countOf('used_jti')) ?? 0;
  await housekeeping(env, NOW);
  expect(await countOf('used_jti')).toBe(before - 1_000);
  await housekeeping(env, NOW);
  expect(await countOf('used_jti')).toBe(before - 1_500);
});

it('a table that is away does not keep the keys from turning', async () => {
  await env.DB.prepare('ALTER TABLE tickets RENAME TO away').run();
  await env.DB.prepare('DELETE FROM signing_keys').run();
  await housekeeping(env, NOW);
  // One for tokens, one for receipts.
  expect(await countOf('signing_keys')).toBe(2);
  await env.DB.prepare('ALTER TABLE away RENAME TO tickets').run();
});
