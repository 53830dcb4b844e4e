// The real command between a scripted server and a real receiver.
import { describe, expect, it } from 'vitest';
import { ListenServer, SECRET, startReceiver } from './listen-scene.ts';
import { type Running, startSluice } from './run-sluice.ts';

const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 20_000, interval: 20 });

const scene = async (...flags: string[]) => {
  const server = new ListenServer();
  await server.up();
  const receiver = await startReceiver();
  const args = ['listen', '--url', server.url, '--forward-to', receiver.url, ...flags];
  return { server, receiver, begin: () => startSluice(args) };
};

const end = (running: Running) => {
  running.child.kill('SIGINT');
  return running.ended;
};

describe('sluice listen', () => {
  it('forwards the headers and the very bytes, and reports what the receiver answered', async () => {
    const { server, receiver, begin } = await scene('--types', 'task.*,gate.required');
    const running = begin();
    await eventually(() => server.opened.length).toBe(1);
    expect(server.opened[0]?.path).toBe('/v1/webhooks/listen?types=task.*%2Cgate.required');
    expect(server.opened[0]?.headers).toMatchObject({
      authorization: 'Bearer owner-secret',
      'sec-websocket-protocol': 'sluice.v1',
    });
    const body = '{ "z": 1,\r\n "text":"Grüße \\ud800 \u{1f600}\u0001" }\n';
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Sluice-Webhooks/1',
      'webhook-id': 'evt_1',
      'webhook-timestamp': '1795280000',
      'webhook-signature': 'v1,a= v1,b= v1a,c=',
      'sluice-event-type': 'gate.required',
    };
    server.deliver({ headers, body, attempt: 2 });
    await eventually(() => server.results.length).toBe(1);
    const [received] = receiver.received;
    expect(received?.url).toBe('/hooks?x=1');
    expect(received?.body.equals(Buffer.from(body))).toBe(true);
    const { host, connection, 'content-length': length, ...rest } = received?.headers ?? {};
    expect(rest).toEqual(headers);
    expect(Number(length)).toBe(Buffer.byteLength(body));
    expect([host, connection]).toEqual([new URL(receiver.url).host, expect.any(String)]);
    const result = { type: 'result', deliveryId: 'dlv_1', attempt: 2, status: 204 };
    expect(server.results).toEqual([{ ...result, durationMs: expect.any(Number) }]);
    const ran = await end(running);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(
      /^[\d:]{8} {2}gate\.required {2}evt_1 {2}204 in \d+ ms \(try 2\)\n$/,
    );
    expect(ran.stderr.split(SECRET)).toHaveLength(2);
  });

  it('says so when the receiver is away, and does not follow where it sends', async () => {
    const server = new ListenServer();
    await server.up();
    const elsewhere = await startReceiver();
    const redirects = await startReceiver(302);
    for (const to of [redirects.url, 'http://127.0.0.1:9/']) {
      const running = startSluice(['listen', '--url', server.url, '--forward-to', to]);
      await eventually(() => running.stderr()).toContain(SECRET);
      server.deliver({});
      const known = server.results.length;
      await eventually(() => server.results.length).toBe(known + 1);
      await end(running);
    }
    expect(server.results.map(({ status }) => status)).toEqual([302, null]);
    expect(elsewhere.received).toEqual([]);
  });

  it('comes back after an outage and does not show the same secret twice', async () => {
    const { server, receiver, begin } = await scene();
    const running = begin();
    await eventually(() => server.opened.length).toBe(1);
    server.down();
    await eventually(() => running.stderr()).toContain('Not connected');
    await server.up();
    await eventually(() => running.stderr()).toContain('again');
    server.deliver({ deliveryId: 'dlv_2' });
    await eventually(() => receiver.received.length).toBe(1);
    const ran = await end(running);
    expect(ran.stderr.split(SECRET)).toHaveLength(2);
  });

  it.each([
    [4400, 64],
    [4401, 4],
    [4403, 1],
    [4404, 1],
    [4409, 1],
    [4429, 1],
  ])('ends on the close code %i with the exit code %i and the reason', async (code, exit) => {
    const { server, begin } = await scene();
    server.closes = [{ code, reason: 'The reason.\u001b]0;x\u0007' }];
    const ran = await begin().ended;
    expect(ran).toMatchObject({ code: exit, stdout: '' });
    const pointed = code === 4401 || code === 4403;
    expect(ran.stderr).toMatch(pointed ? /^The reason\. .*SLUICE_TOKEN.*\n$/ : /^The reason\.\n$/);
  });

  it('ends where the server refuses the socket by HTTP, and says why', async () => {
    const { server, begin } = await scene();
    server.refusal = { status: 404, error: 'Not found' };
    expect(await begin().ended).toMatchObject({ code: 1, stderr: 'Not found\n' });
  });

  it('prints hostile names without their escape codes', async () => {
    const { server, begin } = await scene();
    const running = begin();
    await eventually(() => server.opened.length).toBe(1);
    server.deliver({ headers: { 'sluice-event-type': 'a\u009b2J', 'webhook-id': '\u009d0;x' } });
    await eventually(() => server.results.length).toBe(1);
    const ran = await end(running);
    expect(ran.stdout.trimEnd()).not.toMatch(/\p{Cc}/u);
    expect(ran.stdout).toContain('a2J');
  });

  it('prints the secret alone, for scripts', async () => {
    const server = new ListenServer();
    await server.up();
    const ran = await startSluice(['listen', '--url', server.url, '--print-secret']).ended;
    expect(ran).toEqual({ code: 0, stdout: `${SECRET}\n`, stderr: '' });
    // So that it does not take over from who listens in another terminal.
    expect(server.opened[0]?.path).toBe('/v1/webhooks/listen?readyOnly=true');
  });

  it.each([
    [[]],
    [['--forward-to', 'localhost:4000']],
    [['--forward-to', 'ftp://localhost']],
    [['--forward-to', 'http://localhost', '--url', 'nowhere']],
  ])('refuses %j as wrong usage', async (flags) => {
    const ran = await startSluice(['listen', ...flags]).ended;
    expect(ran.code).toBe(64);
    expect(ran.stdout).toBe('');
  });
});
