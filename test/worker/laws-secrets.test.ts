// Secrets that an agent lets slip are masked before anything of them is kept or told.

import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SECRETS } from '../domain/secrets.ts';
import { ask } from './ask.ts';
import { newLeasedWorld } from './leased-world.ts';
import { eventually, projectStub, taskStub, watch } from './world.ts';

const RUNS = 1_000;
const BATCH = 50;
const MS_MAX = 120_000;

const secret = fc.constantFrom(...Object.values(SECRETS));
const around = fc.constantFrom('', 'a ', '"', 'key=', '\n', 'Authorization: Bearer ');
const said = fc
  .tuple(around, secret, around)
  .map(([before, middle, after]) => `${before}${middle} ${after}`);

/** An event of any type that carries words, with a secret in any of them. */
const slip = fc.oneof(
  said.map((message) => ({ type: 'log:entry', data: { message, metadata: { deep: [message] } } })),
  said.map((message) => ({
    type: 'agent:message',
    data: { message, agent: message.slice(0, 99) },
  })),
  said.map((thinking) => ({ type: 'agent:thinking', data: { thinking } })),
  said.map((text) => ({
    type: 'agent:tool-use',
    data: { tool: 'Bash', input: { command: text, [text]: 1 } },
  })),
  said.map((output) => ({ type: 'agent:tool-result', data: { tool: 'Bash', output } })),
  fc
    .tuple(fc.constantFrom('a', 'b', 'c'), said)
    .map(([key, value]) => ({ type: 'output:set', data: { key, value } })),
  said.map((text) => ({ type: 'checkpoint:saved', data: { data: { text } } })),
);

/** Nothing that an agent says is shown there. */
const WORDLESS: ReadonlySet<string> = new Set(['/tasks', 'D1']);

const TABLES =
  "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'";

/** Every row of every table of an object, as text. */
const storedIn = (stub: DurableObjectStub) =>
  runInDurableObject(stub, (_object, { storage }) => {
    const names = storage.sql.exec<{ name: string }>(TABLES).toArray();
    const decoder = new TextDecoder();
    const readable = (value: unknown) =>
      value instanceof ArrayBuffer ? decoder.decode(value) : value;
    return names
      .flatMap(({ name }) => storage.sql.exec(`SELECT * FROM "${name}"`).toArray())
      .map((row) => JSON.stringify(Object.values(row).map(readable)))
      .join('\n');
  });

const storedInD1 = async () => {
  const { results } = await env.DB.prepare(TABLES).all<{ name: string }>();
  const all = await Promise.all(
    results.map(({ name }) => env.DB.prepare(`SELECT * FROM "${name}"`).all()),
  );
  return JSON.stringify(all.map((table) => table.results));
};

it(
  'No planted secret of the corpus is in any tap, export or table',
  async () => {
    const { taskId, projectId, holder } = await newLeasedWorld({ workflow: 'bugfix' });
    const viewer = await watch(taskId, '?after=0');
    const slips = fc.sample(slip, RUNS);
    for (let from = 0; from < slips.length; from += BATCH) {
      const events = slips
        .slice(from, from + BATCH)
        .map((one, at) => ({ n: from + at + 1, ...one }));
      expect(await holder.events(events)).toMatchObject({ status: 200 });
    }
    const summary = Object.values(SECRETS).join(' ');
    const result = await holder.result(holder.grant.work.workId, {
      ...{ summary, outputs: { a: summary }, producers: { main: RUNS } },
    });
    expect(result.status).toBe(200);
    await eventually(() => viewer.frames().length).toBeGreaterThan(RUNS);

    const paths = [
      `/tasks/${taskId}`,
      '/tasks',
      `/tasks/${taskId}/events?limit=1000`,
      `/tasks/${taskId}/events?limit=1000&after=900`,
      `/tasks/${taskId}/logs?limit=1000`,
      `/v1/events?projectId=${projectId}&limit=100`,
      `/tasks/${taskId}/export`,
    ];
    const taps = await Promise.all(
      paths.map(async (path): Promise<[string, string]> => [path, await (await ask(path)).text()]),
    );
    const tables: [string, string][] = [
      ['the tables of the task', await storedIn(taskStub(taskId))],
      ['the tables of the project', await storedIn(projectStub(projectId))],
      ['D1', await storedInD1()],
      ['the frames of a viewer', JSON.stringify(viewer.frames())],
    ];
    for (const [place, text] of [...taps, ...tables]) {
      if (!WORDLESS.has(place)) expect(text, place).toContain('redacted:');
      for (const [kind, value] of Object.entries(SECRETS)) {
        const found = text.includes(value) || text.includes(JSON.stringify(value).slice(1, -1));
        expect(found, `${kind} in ${place}`).toBe(false);
      }
    }
  },
  MS_MAX,
);
