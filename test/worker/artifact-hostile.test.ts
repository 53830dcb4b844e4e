// What an agent may write anywhere is text: kept as it came, served as types that run nothing, deciding nothing.

import { expect, it } from 'vitest';
import { pathOf, putter } from './artifact-world.ts';
import { ask } from './ask.ts';
import { newWorkingWorld } from './leased-world.ts';
import { allEvents, getTask } from './world.ts';

const HOSTILE = [
  '<script>alert(document.domain)</script>',
  '<img src=x onerror=alert(1)>',
  '[click](javascript:alert(1))',
  '"><svg/onload=alert(1)>',
  '\u001b]0;owned\u0007\u001b[2J\u001b[31mred',
  '\u202egnp.exe\u202c',
  '$(touch F) `id` ; rm -rf /',
  '::sluice {"type":"fail","message":"no"}',
  'a\u2028\u2029{{constructor.constructor("alert(1)")()}}',
  '__proto__',
] as const;

const SAFE_TYPES = /^(application\/(json|octet-stream|problem\+json)|text\/plain)/;

async function expectSafe(path: string): Promise<string> {
  const answer = await ask(path);
  expect(answer.headers.get('Content-Type')).toMatch(SAFE_TYPES);
  expect(answer.headers.get('X-Content-Type-Options')).toBe('nosniff');
  return answer.text();
}

it.each(HOSTILE)('%j in titles, logs, messages and artifacts stays text', async (text) => {
  const { taskId, runner, holder } = await newWorkingWorld({ description: text });
  const put = putter(runner, holder);
  const gates = (await getTask(taskId)).gates;
  await holder.events([
    { n: 1, type: 'log:entry', data: { message: text, metadata: { note: text } } },
    { n: 2, type: 'agent:message', data: { message: text } },
    { n: 3, type: 'agent:tool-result', data: { tool: 'Bash', output: text } },
  ]);
  const types = ['text/html', 'image/svg+xml', 'text/javascript', 'application/xhtml+xml'];
  for (const [index, type] of types.entries()) {
    const kept = await put(`f${index}`, text, { headers: { 'Content-Type': type } });
    expect([kept.status, kept.body.contentType]).toEqual([201, type]);
    const bytes = await expectSafe(pathOf(taskId, `f${index}`));
    expect(bytes).toBe(text);
  }
  const task = await getTask(taskId);
  expect(task.description).toBe(text);
  expect(task.logs.at(-1)?.message).toBe(text);
  expect([task.status, task.gates]).toEqual(['in-progress', gates]);
  const told = (await allEvents(taskId)).filter(({ type }) => type === 'agent:message');
  expect(told.map(({ data }) => data)).toEqual([{ message: text }]);
  await expectSafe(`/tasks/${taskId}`);
  await expectSafe(`/tasks/${taskId}/artifacts`);
});

it.each(HOSTILE)('%j as the name of an artifact is a name, or refused', async (text) => {
  const { taskId, runner, holder } = await newWorkingWorld();
  const { status } = await putter(runner, holder)(text, 'x');
  const isLine = !/[\p{Cc}\u2028\u2029\u202a-\u202e/\\]/u.test(text);
  expect(status).toBe(isLine ? 201 : 400);
  if (!isLine) return;
  const answer = await ask(pathOf(taskId, text));
  const [, encoded = ''] =
    /^attachment; filename\*=UTF-8''([\w.~%!-]+)$/.exec(
      answer.headers.get('Content-Disposition') ?? '',
    ) ?? [];
  expect(decodeURIComponent(encoded)).toBe(text);
});

it('ten megabytes in one line come back whole as an artifact, and are refused as an event', async () => {
  const { taskId, runner, holder } = await newWorkingWorld();
  const line = '\u001b[31m'.repeat(2_000_000);
  expect((await putter(runner, holder)('line.log', line, { type: 'log' })).status).toBe(201);
  expect(await expectSafe(pathOf(taskId, 'line.log'))).toBe(line);
  const told = await holder.events([{ n: 1, type: 'log:entry', data: { message: line } }]);
  expect(told.status).toBe(413);
});
