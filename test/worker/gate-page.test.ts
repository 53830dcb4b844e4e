// /g/:gateId and /inbox, as a browser without a script sees them.

import { describe, expect, it } from 'vitest';
import { atPages, toldBy } from './account-world.ts';
import { hiddenFields, openAnonymously, whereTo } from './authorize-world.ts';
import { setRole } from './people.ts';
import { claimOne, getGate, getTask, newProject, newTask, newTestRunner } from './world.ts';

const HOSTILE = '<img src=x onerror=alert(1)> \u202etxt.exe\u2066 $(touch x) ';
const SHOWN = '<img src=x onerror=alert(1)> \\u202etxt.exe\\u2066 $(touch x)';

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };
const unescaped = (text: string): string =>
  text
    .replace(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code)))
    .replace(/&(\w+);/g, (all, name: string) => ENTITIES[name] ?? all);

/** What the page shows as the action. */
const actionIn = (text: string): string =>
  unescaped(/<pre class="seen" id="action">([^<]*)<\/pre>/.exec(text)?.[1] ?? '');

/** A task that stands before a commit whose message says what its task says. */
async function newWaiting(description = HOSTILE) {
  const ada = await atPages();
  const projectId = await newProject();
  await setRole(ada.person.id, projectId, 'developer');
  const fields = { autonomy: 'review-before-commit', acceptanceCriteria: `It ${HOSTILE}` };
  const taskId = await newTask({ projectId, description, ...fields });
  const holder = await claimOne(await newTestRunner(projectId));
  let { work } = holder.grant;
  for (;;) {
    const changes = { files: 1, insertions: 1, deletions: 0, tree: 'abc', paths: ['src/a.ts'] };
    const { body } = await holder.result(work.workId, { changes });
    if (body.next.do !== 'work') break;
    work = body.next.work;
  }
  const gate = await getGate(taskId, 'commit');
  return { ada, projectId, taskId, path: `/g/${gate.id}?plain=1`, gate };
}

describe('the page of a gate', () => {
  it('shows the whole canonical action as text, and what cannot be seen as an escape', async () => {
    const { ada, path, gate } = await newWaiting();
    const page = await ada.open(path);
    expect(page.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    const text = await page.text();
    expect(text).not.toMatch(/<img|<script|<style|style=|\son\w+=(?!alert)/);
    expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
    const action = actionIn(text);
    expect(JSON.parse(action)).toEqual(gate.action);
    expect(action).toContain('\\u202e');
    expect(unescaped(text)).toContain(`It ${SHOWN}`);
    expect(text).toContain(gate.actionHash);
  });

  it('shows an action of any length, and cuts nothing', async () => {
    const { ada, path, gate } = await newWaiting(`x${'y \u200b'.repeat(2_000)}z`);
    expect(JSON.parse(actionIn(await ada.read(path)))).toEqual(gate.action);
  });

  it('A GET never decides', async () => {
    const { ada, path, taskId } = await newWaiting();
    const before = await getTask(taskId);
    const { once, token, hash } = hiddenFields(await ada.read(path));
    const deed = new URLSearchParams({ do: 'approve', once, token, hash } as Record<
      string,
      string
    >);
    for (const query of ['', '&do=approve', '&decision=approve', `&${deed}`]) {
      expect((await ada.open(path + query)).status).toBe(200);
    }
    expect((await openAnonymously(`${path}&do=approve`)).status).toBe(303);
    expect(await getTask(taskId)).toEqual(before);
  });

  it('decides by the form that was shown, for the action that was seen', async () => {
    const { ada, path, taskId } = await newWaiting();
    const { hash = '' } = hiddenFields(await ada.read(path));
    const stale = await ada.send(path, { do: 'approve', hash: `${hash}x` });
    expect(stale.status).toBe(409);
    const silent = await ada.send(path, { do: 'request-changes', hash, comment: ' ' });
    expect(await toldBy(silent)).toEqual([422, 'Comment is required.']);
    expect((await ada.send(path, { do: 'explode', hash })).status).toBe(400);
    expect(await getGate(taskId, 'commit')).toMatchObject({ status: 'pending' });
    const text = await ada.sent(path, { do: 'approve', hash, comment: 'Fine.' });
    expect(text).not.toContain('value="approve"');
    expect(await getGate(taskId, 'commit')).toMatchObject({
      status: 'approved',
      approverId: ada.person.id,
      comment: 'Fine.',
    });
  });

  it('T8: decides nothing by a form of another page, or without the token of this sign-in', async () => {
    const { ada, path, taskId } = await newWaiting();
    const eve = await atPages();
    const keys = hiddenFields(await ada.read(path));
    const fields = { ...keys, do: 'approve' };
    const foreign = { Origin: 'https://evil.test', 'Sec-Fetch-Site': 'cross-site' };
    expect((await ada.post(path, fields, foreign)).status).toBe(403);
    expect((await ada.post(path, { ...fields, token: 'x' })).status).toBe(403);
    expect((await eve.post(path, fields)).status).toBe(403);
    expect(await getGate(taskId, 'commit')).toMatchObject({ status: 'pending' });
  });

  it('leads who is not signed in there and back, and shows strangers nothing', async () => {
    const { path } = await newWaiting();
    const there = whereTo(await openAnonymously(path));
    expect(there.pathname + there.search).toBe(`/signin?return=${encodeURIComponent(path)}`);
    const eve = await atPages();
    const never = '/g/gate_00000000000000000000000000?plain=1';
    const [real, unreal] = [await eve.open(path), await eve.open(never)];
    expect([real.status, unreal.status]).toEqual([404, 404]);
    expect((await real.text()).replaceAll(path, never)).toBe(await unreal.text());
  });

  it('is in the console for who does not ask for the plain one, and there the sign-in is asked for', async () => {
    const { ada, gate } = await newWaiting();
    const { pathname, search } = whereTo(await ada.open(`/g/${gate.id}`));
    expect(pathname + search).toBe(`/console/inbox?gate=${gate.id}`);
    expect(whereTo(await openAnonymously(`/g/${gate.id}?do=approve`)).pathname).toBe(
      '/console/inbox',
    );
  });

  it('tells who may only look why', async () => {
    const { ada, projectId, path } = await newWaiting();
    await setRole(ada.person.id, projectId, 'viewer');
    const text = await ada.read(path);
    expect(text).toContain('It is not yours to decide.');
    expect(text).not.toContain('<form');
    const keys = hiddenFields(await ada.read('/account/projects'));
    expect((await ada.post(path, { ...keys, do: 'approve' })).status).toBe(403);
  });
});

describe('the page of the inbox', () => {
  it('lists what waits, and leads to it', async () => {
    const { ada, path } = await newWaiting();
    const text = await ada.read('/inbox');
    expect(text).toContain(`href="${path}"`);
    expect(text).toContain('yours');
    expect(unescaped(text)).toContain(SHOWN);
    expect(text).not.toMatch(/<img|[\u202a-\u202e\u2066-\u2069]/);
    const eve = await atPages();
    expect(await eve.read('/inbox')).toContain('Nothing waits for a decision.');
    expect(whereTo(await openAnonymously('/inbox')).pathname).toBe('/signin');
  });
});
