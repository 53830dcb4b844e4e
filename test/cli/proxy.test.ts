import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AgentProxy } from '../../cli/run/proxy.ts';
import { Secrets } from '../../cli/run/secrets.ts';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

const TASK = 'task_1_aaaaaaaaaaaaaaaaaaaa';

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
};

const proxyBeforeServer = async () => {
  const seen: Seen[] = [];
  const used: string[] = [];
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    seen.push({ method, url, authorization: headers.authorization, body: await bodyOf(request) });
    response.writeHead(409, { 'content-type': 'application/json' }).end('{"code":"teapot"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const proxy = new AgentProxy({
    serverUrl: `http://127.0.0.1:${port}`,
    taskId: TASK,
    agentToken: 'agent-token',
    mask: (value) => new Secrets({ A_TOKEN: 'quite-secret' }).mask(value),
    useGate: async (gateId) => {
      used.push(gateId);
      return { status: 200, body: { ok: true, action: {} } };
    },
  });
  await proxy.start();
  onTestFinished(() => {
    proxy.close();
    server.close();
    server.closeAllConnections();
  });
  return { proxy, seen, used };
};

describe('the agent proxy', () => {
  it.each([
    ['POST', `/tasks/${TASK}/status`],
    ['PATCH', `/tasks/${TASK}/status`],
    ['POST', `/tasks/${TASK}/log`],
    ['GET', `/tasks/${TASK}`],
    ['GET', `/tasks/${TASK}/gates`],
    ['GET', `/tasks/${TASK}/artifacts`],
    ['GET', `/tasks/${TASK}/artifacts/a%20b.txt?version=1`],
    ['PUT', `/tasks/${TASK}/artifacts/report.md?type=report`],
    ['GET', `/tasks/${TASK}/gates/review?wait=1`],
    ['GET', `/tasks/${TASK}/gates/gate_1/wait?state=pending&timeoutMs=1`],
    ['POST', `/tasks/${TASK}/gates`],
  ])('forwards %s %s with the agent token and gives the answer back', async (method, path) => {
    const { proxy, seen } = await proxyBeforeServer();
    const body = method === 'GET' ? null : '{"status":"planning"}';
    const response = await fetch(proxy.url + path, { method, body });
    expect([response.status, await response.text()]).toEqual([409, '{"code":"teapot"}']);
    expect(seen).toEqual([
      { method, url: path, authorization: 'Bearer agent-token', body: body ?? '' },
    ]);
  });

  it.each([
    ['GET', '/tasks'],
    ['GET', '/runners'],
    ['GET', '/tasks/task_2_aaaaaaaaaaaaaaaaaaaa'],
    ['GET', `/tasks/${TASK}x`],
    ['GET', `/tasks/${TASK}/events`],
    ['DELETE', `/tasks/${TASK}`],
    ['POST', `/tasks/${TASK}/cancel`],
    ['POST', `/tasks/${TASK}/gates/review/approve`],
    ['GET', `/tasks/${TASK}/gates/review/approve`],
    ['POST', `/tasks/${TASK}/gates/review`],
    ['POST', `/tasks/${TASK}/work/w/result`],
    ['POST', `/tasks/${TASK}/lease/heartbeat`],
    ['POST', `/tasks/${TASK}/gates/push/consume`],
    ['POST', `/tasks/${TASK}/gates/x/gates/gate_1/consume`],
    ['GET', `/tasks/${TASK}/gates/../wait`],
    ['GET', `/tasks/${TASK}/gates/%2e%2e`],
    ['GET', `/tasks/${TASK}/gates/..%2f..`],
    ['POST', `/tasks/${TASK}/status/`],
    ['POST', `//tasks/${TASK}/status`],
  ])('answers %s %s itself', async (method, path) => {
    const { proxy, seen } = await proxyBeforeServer();
    const response = await fetch(proxy.url + path, { method });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'not_found' });
    expect(seen).toEqual([]);
  });

  it('sends on what the agent reports without the secrets of the machine', async () => {
    const { proxy, seen } = await proxyBeforeServer();
    const log = `${proxy.url}/tasks/${TASK}/log`;
    await fetch(log, { method: 'POST', body: '{"message":"it is \\"quite-secret\\""}' });
    await fetch(log, { method: 'POST', body: 'no JSON, but quite-secret' });
    expect(seen.map(({ body }) => body)).toEqual([
      '{"message":"it is \\"[redacted:env]\\""}',
      'no JSON, but [redacted:env]',
    ]);
  });

  it('has an approval used by the runner, which alone holds the lease', async () => {
    const { proxy, seen, used } = await proxyBeforeServer();
    const path = `/tasks/${TASK}/gates/gate_1/consume`;
    const response = await fetch(proxy.url + path, { method: 'POST', body: '{}' });
    expect([response.status, await response.json()]).toEqual([200, { ok: true, action: {} }]);
    expect([used, seen]).toEqual([['gate_1'], []]);
  });

  it('is found only under its random path, and takes its own token or none', async () => {
    const { proxy, seen } = await proxyBeforeServer();
    const path = `/tasks/${TASK}`;
    const { origin } = new URL(proxy.url);
    const ask = (url: string, token?: string) =>
      fetch(url, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
    expect((await ask(origin + path)).status).toBe(404);
    expect((await ask(proxy.url + path, 'another')).status).toBe(401);
    expect(seen).toEqual([]);
    expect((await ask(proxy.url + path, proxy.token)).status).toBe(409);
    expect((await ask(proxy.url + path)).status).toBe(409);
    expect(new URL(proxy.url).hostname).toBe('127.0.0.1');
  });

  it('uses a renewed token and refuses a body over 1 MiB', async () => {
    const { proxy, seen } = await proxyBeforeServer();
    proxy.renew('renewed');
    const url = `${proxy.url}/tasks/${TASK}/log`;
    expect((await fetch(url, { method: 'POST', body: 'x'.repeat(1_048_577) })).status).toBe(413);
    await fetch(url, { method: 'POST', body: 'x'.repeat(1_048_576) });
    expect(seen.map(({ authorization }) => authorization)).toEqual(['Bearer renewed']);
  });
});
