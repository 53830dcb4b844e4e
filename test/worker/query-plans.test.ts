// No statement walks a table that grows: each is found by an index. The statements are read from the sources, so a new one is
// looked at without being named here.

import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { deleteExpired } from '../../src/db/expired.ts';

const SOURCES = import.meta.glob<string>('../../src/db/*.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** Walks that are meant, by file and constant, each with its reason. */
const ALLOWED: Readonly<Record<string, string>> = {
  'clients.ts PAGE_ALL':
    'the local owner sees all there are; in the order of the key, a page of it',
  'clients.ts COUNT_ALL': 'the same, counted where pages are asked for',
  'projects.ts LIST_ALL':
    'the local owner sees all there are; in the order of the key, a page of it',
  'projects.ts COUNT_ALL': 'the same, counted where pages are asked for',
  'gates.ts PAGE_ALL': 'the local owner sees the gates of all projects there are',
  'first-owner.ts ANYBODY': 'ends at the first that is not the local owner',
  'first-owner.ts CLAIM_FIRST': 'ends at the first that is not the local owner',
  'client-documents.ts KEEP': 'of at most 5,000 rows, once a document was fetched',
  'signing-keys.ts LIVE': 'a row a month',
  'signing-keys.ts EVER': 'a row a month',
  'signing-keys.ts INSERT': 'a row a month',
};

interface Statement {
  readonly name: string;
  readonly sql: string;
}

const CONSTANT = /^const ([A-Z][A-Z0-9_]*) =\s*(?:`([^`]*)`|'((?:[^'\\\n]|\\.)*)'|"([^"\n]*)");/gm;

/** The constants of a file that are statements, with the ones that they are made of filled in. */
function statementsIn(file: string, text: string): readonly Statement[] {
  const known = new Map<string, string>();
  for (const [, name = '', template, single, double] of text.matchAll(CONSTANT)) {
    const raw = template ?? single?.replaceAll("\\'", "'") ?? double ?? '';
    known.set(
      name,
      raw.replace(/\$\{(\w+)\}/g, (_all, part: string) => known.get(part) ?? '1'),
    );
  }
  return (
    [...known]
      // A part of others is looked at with them.
      .filter(([name]) => !text.includes(`\${${name}}`))
      .filter(([, sql]) => /^(SELECT|INSERT|UPDATE|DELETE|WITH)\b/.test(sql))
      .map(([name, sql]) => ({ name: `${file} ${name}`, sql }))
  );
}

const STATEMENTS = Object.entries(SOURCES).flatMap(([path, text]) =>
  statementsIn(path.slice(path.lastIndexOf('/') + 1), text),
);

/** What of the plan walks a table of ours from end to end. */
async function walksOf(sql: string): Promise<readonly string[]> {
  const numbered = [...sql.matchAll(/\?(\d+)/g)].map(([, n]) => Number(n));
  const count = Math.max(0, ...numbered, sql.match(/\?(?!\d)/g)?.length ?? 0);
  const values = Array.from({ length: count }, () => null);
  const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .bind(...values)
    .all<{ detail: string }>();
  const details = results.map(({ detail }) => detail);
  return details.filter(
    (text) =>
      /^SCAN (?!CONSTANT|\(|(?:tree|waiting)\b)/.test(text) && !text.includes('VIRTUAL TABLE'),
  );
}

describe('the plan of', () => {
  it('every file is looked at', () => {
    expect(STATEMENTS.length).toBeGreaterThan(100);
  });

  it.each(STATEMENTS)('$name walks no table', async ({ name, sql }) => {
    const walks = await walksOf(sql);
    expect(ALLOWED[name] === undefined ? walks : []).toEqual([]);
    // What no longer walks needs no reason.
    if (ALLOWED[name] !== undefined) expect(walks).not.toEqual([]);
  });

  it('every sweep of what is over walks no table', async () => {
    const swept: string[] = [];
    const db = {
      prepare: (sql: string) => {
        swept.push(sql);
        return { bind: () => sql };
      },
      batch: async () => [],
    };
    // Only these two are asked of it.
    await deleteExpired(db as unknown as D1Database, 0);
    expect(swept.length).toBeGreaterThan(10);
    for (const sql of swept) expect([sql, await walksOf(sql)]).toEqual([sql, []]);
  });
});
