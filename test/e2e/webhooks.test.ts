// Webhooks at receivers of others' making: two libraries, Node's crypto, and Python's standard library.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { judge, startReceiver } from './receivers/receiver.ts';
import { HookScene, incidentOf } from './receivers/scene.ts';
import { Client } from './world/client.ts';
import { type DevServer, serve } from './world/dev-server.ts';
import { findPort, makeDir, ROOT } from './world/place.ts';
import { makeRepo } from './world/repo.ts';
import { startRunner } from './world/runner-process.ts';
import { cleanEnv, runToEnd, said, start } from './world/started.ts';
import { until } from './world/until.ts';

const WRITES = 'cat > /dev/null; if [ "$APEX_STAGE" = fix ]; then echo mended > mended.txt; fi';
/** Longer than the first retry takes. */
const RETRY_MS = 20_000;

let server: DevServer;
let client: Client;

beforeAll(async () => {
  server = await serve();
  client = new Client(server.url);
  return () => server.stop();
});

describe('what happens reaches a receiver', () => {
  it('invitations, incidents and tests, signed so that everybody believes them', async () => {
    const scene = await HookScene.open(client);
    const { receiver, endpoint } = await scene.endpoint();
    const invitations = `/v1/projects/${scene.projectId}/invitations`;
    await client.post(invitations, { email: 'eve@example.com', role: 'developer' });
    const incident = await scene.incident();
    await client.post(`/v1/incidents/${incident}/acknowledge`, {});
    await client.post(`/v1/incidents/${incident}/resolve`, { note: 'It was the cache.' });
    await client.post(`/v1/webhooks/${endpoint.id}/test`, {});
    const incidents = ['incident.opened', 'incident.acknowledged', 'incident.resolved'];
    const types = ['member.invited', ...incidents, 'webhook.test'];
    await until(() => receiver.hits.length >= types.length, { what: types.join() });
    expect(receiver.doubts).toEqual([]);
    expect([...receiver.types].sort()).toEqual([...types].sort());
    expect(receiver.hits.every(({ id, event }) => event.id === id)).toBe(true);
    const text = Buffer.concat(receiver.hits.map(({ body }) => body)).toString();
    expect(text).not.toMatch(/slc_inv_|whsec_[A-Za-z0-9+/]{8}/);
  });

  it('a task that stops at its gate and goes on', async () => {
    const { id: projectId } = await client.get<{ id: string }>(
      '/v1/projects/prj_00000000000000000000000000',
    );
    const scene = new HookScene(client, projectId);
    const { receiver, endpoint } = await scene.endpoint({ types: ['task.*', 'gate.*'] });
    // Tasks of other tests are none of its business.
    onTestFinished(async () => {
      await fetch(`${server.url}/v1/webhooks/${endpoint.id}`, { method: 'DELETE' });
    });
    const taskId = await client.create({
      description: 'Mend the fault',
      workflow: 'bugfix',
      autonomy: 'review-before-merge',
    });
    const runner = startRunner({ url: server.url, repo: makeRepo(), agent: WRITES });
    await client.reaches(taskId, 'waiting-approval');
    await until(() => receiver.types.includes('gate.required'), { what: 'gate.required' });
    await client.post(`/tasks/${taskId}/gates/review/approve`, { approver: 'eve@example.com' });
    expect(await runner.ended).toMatchObject({ code: 0 });
    await until(() => receiver.types.includes('task.completed'), { what: 'task.completed' });
    expect(receiver.doubts).toEqual([]);
    const wanted = ['task.created', 'gate.required', 'gate.approved', 'task.completed'];
    expect(receiver.types).toEqual(expect.arrayContaining(wanted));
    expect(receiver.types.filter((type) => !/^(task|gate)\./.test(type))).toEqual([]);
  });

  it('a deployment that succeeds with its artifacts, and one that fails at its tests', async () => {
    const scene = await HookScene.open(client);
    const types = ['deployment.succeeded', 'deployment.failed'];
    const { receiver } = await scene.endpoint({ types });
    const deploy = async (tests: string): Promise<string> => {
      const command = `${ROOT}/test/e2e/receivers/deploy.sh`;
      const args = [server.url, scene.projectId, tests];
      const ran = await runToEnd({ command, args, cwd: ROOT });
      expect(ran).toMatchObject({ code: 0 });
      return ran.stdout.trim();
    };
    const [good, bad] = [await deploy('0'), await deploy('1')];
    await until(() => receiver.hits.length === 2, { what: 'both' });
    expect(receiver.doubts).toEqual([]);
    const dataOf = (type: string) => receiver.hits.find((hit) => hit.type === type)?.event.data;
    expect(dataOf('deployment.succeeded')).toMatchObject({
      deployment: { id: good, state: 'succeeded' },
      artifacts: [{ name: 'web', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) }],
    });
    expect(dataOf('deployment.failed')).toMatchObject({
      deployment: { id: bad, state: 'failed' },
      failure: { stage: 'test', summary: '3 of 42 tests failed', detectedBy: 'report' },
    });
    const { failure } = dataOf('deployment.failed') as { failure: { remediation: string[] } };
    expect(failure.remediation.length).toBeGreaterThan(0);
  });

  it('and one that is written in Python with nothing but its standard library', async () => {
    const scene = await HookScene.open(client);
    const port = await findPort();
    const body = {
      projectId: scene.projectId,
      url: `http://localhost:${port}/`,
      types: ['incident.opened'],
    };
    const { secret } = await client.post<{ secret: string }>('/v1/webhooks', body);
    const script = `${ROOT}/test/e2e/receivers/receiver.py`;
    const python = spawn('python3', [script, secret, String(port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void python.kill());
    const lines: string[] = [];
    createInterface({ input: python.stdout }).on('line', (line) => lines.push(line));
    await until(() => lines.includes('ready'), { what: 'Python is ready' });
    await scene.incident('Grüße \u{1f600} "quoted" \\ and </script>');
    await until(() => lines.length === 2, { what: 'a delivery' });
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ ok: true, type: 'incident.opened' });
  });
});

describe('a secret that is rotated under load', () => {
  it('leaves no delivery that a receiver with either secret could not verify', async () => {
    const scene = await HookScene.open(client);
    const { receiver, endpoint } = await scene.endpoint({ ratePerSecond: 1_000 });
    receiver.keys = undefined;
    let isOver = false;
    const load = Promise.all(
      [1, 2, 3].map(async () => {
        while (!isOver) await scene.incident();
      }),
    );
    const wait = (count: number) =>
      until(() => receiver.hits.length >= count, { what: `${count} deliveries` });
    const rotate = async (graceSeconds: number) => {
      const path = `/v1/webhooks/${endpoint.id}/rotate`;
      const { secret } = await client.post<{ secret: string }>(path, { graceSeconds });
      return { secret, from: receiver.hits.length };
    };
    await wait(30);
    const second = await rotate(3_600);
    await wait(second.from + 60);
    const third = await rotate(0);
    await wait(third.from + 60);
    isOver = true;
    await load;
    const { publicKey, secret: first } = endpoint;
    const holds = (secret: string) =>
      receiver.hits.map(({ headers, body }) => {
        try {
          judge(headers, body, { secret, publicKey });
          return true;
        } catch {
          return false;
        }
      });
    // A delivery that was signed before an answer may arrive after it: four are under way at a time.
    const settled = third.from + 10;
    const [byFirst, bySecond, byThird] = [holds(first), holds(second.secret), holds(third.secret)];
    expect(byFirst.slice(0, third.from - 10)).not.toContain(false);
    expect(bySecond.slice(second.from + 10, third.from - 10)).not.toContain(false);
    expect(byThird.slice(settled)).not.toContain(false);
    expect(bySecond.slice(settled)).not.toContain(true);
    const one = byFirst.map((isIt, at) => isIt || bySecond[at] === true || byThird[at] === true);
    expect(one).not.toContain(false);
    const counts = receiver.hits.map(
      ({ headers }) => String(headers['webhook-signature']).match(/v1,/g)?.length,
    );
    expect(counts[second.from + 20]).toBe(2);
    expect(counts.at(-1)).toBe(1);
  });
});

describe('an endpoint that was away', () => {
  it('gets what it missed while it was disabled, in order, and nothing twice', async () => {
    const scene = await HookScene.open(client);
    const { receiver, endpoint } = await scene.endpoint({ ordering: 'fifo' });
    const before = await scene.incidents(3);
    await until(() => receiver.hits.length === 3, { what: 'the first three' });
    await scene.change(endpoint.id, { state: 'disabled' });
    const missed = await scene.incidents(8);
    const held = async () =>
      (await scene.deliveries(endpoint.id)).filter(({ state }) => state === 'held').length === 8;
    await until(held, { what: 'eight are held' });
    expect(receiver.hits).toHaveLength(3);
    await scene.change(endpoint.id, { state: 'enabled' });
    const after = await scene.incidents(2);
    await until(() => receiver.hits.length >= 13, { what: 'all thirteen' });
    expect(receiver.hits.map(incidentOf)).toEqual([...before, ...missed, ...after]);
    expect(receiver.doubts).toEqual([]);
  });

  it('is tried again with the same bytes, recovers, is replayed and gets one once more', async () => {
    const scene = await HookScene.open(client);
    const { receiver, endpoint } = await scene.endpoint();
    receiver.status = 500;
    const [first] = await scene.incidents(1);
    await until(() => receiver.hits.length >= 2, { what: 'a retry', withinMs: RETRY_MS });
    receiver.status = 204;
    const path = `/v1/webhooks/${endpoint.id}`;
    const sinceMs = Date.parse(receiver.hits[0]?.event.timestamp ?? '');
    const known = receiver.hits.length;
    expect(await client.ask('POST', `${path}/recover`, {})).toMatchObject({ status: 202 });
    await until(() => receiver.hits.length > known, { what: 'the recovered one' });
    const arrived = async () => (await scene.deliveries(endpoint.id))[0]?.state === 'succeeded';
    await until(arrived, { what: 'it has succeeded' });
    const [delivery] = await scene.deliveries(endpoint.id);
    await client.post(`${path}/deliveries/${delivery?.id}/redeliver`, {});
    await until(() => receiver.hits.length > known + 1, { what: 'the redelivered one' });
    const since = new Date(sinceMs).toISOString();
    expect(await client.post(`${path}/replay`, { since })).toMatchObject({ queued: 1 });
    await until(() => receiver.hits.length > known + 2, { what: 'the replayed one' });
    expect(receiver.doubts).toEqual([]);
    expect(new Set(receiver.hits.map(incidentOf))).toEqual(new Set([first]));
    expect(new Set(receiver.hits.map(({ id }) => id)).size).toBe(1);
    expect(new Set(receiver.hits.map(({ body }) => body.toString())).size).toBe(1);
    expect(receiver.hits.map(({ attempt }) => attempt)).toEqual(
      receiver.hits.map((_, index) => index + 1),
    );
  }, 60_000);
});

describe('sluice listen', () => {
  const listen = (projectId: string, to: string) => {
    const args = ['listen', '--url', server.url, '--project', projectId, '--forward-to', to];
    const env = cleanEnv({ XDG_STATE_HOME: makeDir() });
    const listening = start({ command: `${ROOT}/cli/sluice.js`, args, cwd: ROOT, env });
    onTestFinished(() => listening.kill());
    return listening;
  };
  const secretOf = (output: string) => /whsec_\S+/.exec(output)?.[0] ?? '';

  it('brings each event to a receiver that verifies it, and keeps its secret', async () => {
    const scene = await HookScene.open(client);
    const receiver = await startReceiver();
    const first = listen(scene.projectId, receiver.url);
    const secret = secretOf(await said(first, 'The signing secret is'));
    const heard = await scene.incident('Heard');
    await until(() => receiver.hits.length === 1, { what: 'a delivery' });
    await said(first, /incident\.opened {2}evt_\S+ {2}204 in \d+ ms/);
    first.signal('SIGINT');
    expect(await first.ended).toMatchObject({ code: 0 });

    await scene.incident('Unheard');
    const [listed] = (
      await client.get<{ data: { id: string; url: null }[] }>(
        `/v1/webhooks?projectId=${scene.projectId}`,
      )
    ).data;
    expect(listed).toMatchObject({ url: null });
    const unheard = async () =>
      (await scene.deliveries(listed?.id ?? '')).every(({ state }) => state === 'succeeded');
    await until(unheard, { what: 'nothing waits' });

    const second = listen(scene.projectId, receiver.url);
    expect(secretOf(await said(second, 'The signing secret is'))).toBe(secret);
    const again = await scene.incident('Heard again');
    await until(() => receiver.hits.length === 2, { what: 'another delivery' });
    expect(receiver.hits.map(incidentOf)).toEqual([heard, again]);
    for (const { headers, body } of receiver.hits) {
      const named = headers as Record<string, string>;
      new StandardWebhook(secret).verify(body.toString(), named);
    }
    receiver.status = 503;
    await scene.incident('Refused');
    await said(second, / {2}503 in \d+ ms/);
    await said(second, / {2}503 in \d+ ms \(try 2\)/, RETRY_MS);
  });
});
