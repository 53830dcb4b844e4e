// Clients that we did not write, in languages that are not ours, against the real server.

import path from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { allowInBrowser } from '../world/consent.ts';
import { listenOnLoopback } from '../world/loopback.ts';
import { newService } from '../world/oauth-clients.ts';
import { type OwnedServer, serveOwned } from '../world/owned-server.ts';
import { makeDir, ROOT } from '../world/place.ts';
import { cleanEnv, runToEnd, start } from '../world/started.ts';
import { until } from '../world/until.ts';

const HERE = path.join(ROOT, 'test/e2e/oauth/clients');
const dir = makeDir();
let server: OwnedServer;
let service: { readonly id: string; readonly secret: string };

beforeAll(async () => {
  server = await serveOwned();
  service = await newService(server, ['projects:read', 'deployments:write']);
  return () => server.stop();
});

interface Stack {
  readonly name: string;
  readonly command: () => Promise<readonly [command: string, ...args: string[]]>;
}

const buildGo = async () => {
  const program = path.join(dir, 'client');
  const built = await runToEnd({
    ...{ command: 'go', args: ['build', '-o', program, path.join(HERE, 'client.go')] },
    ...{ cwd: dir, withinMs: 100_000 },
    env: cleanEnv({
      ...{ GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOCACHE: path.join(dir, 'go') },
      GOFLAGS: '',
    }),
  });
  expect(built.output).toBe('');
  return [program] as const;
};

const python = (file: string) => async () => ['/usr/bin/python3', path.join(HERE, file)] as const;

const STACKS: readonly Stack[] = [
  { name: 'Authlib', command: python('authlib_client.py') },
  { name: 'requests-oauthlib', command: python('requests_oauthlib_client.py') },
  { name: 'golang.org/x/oauth2', command: buildGo },
];

type Said = Readonly<Record<string, unknown>> & { readonly step: string };

describe.each(STACKS)('$name', ({ command }) => {
  it('gets tokens by secret, by code and by refresh, and hears why it gets none', async () => {
    const loopback = await listenOnLoopback();
    onTestFinished(() => loopback.close());
    const [program, ...args] = await command();
    const client = start({
      ...{ command: program, args, cwd: dir },
      env: cleanEnv({
        ...{ ISSUER: server.url, CLIENT_ID: service.id, CLIENT_SECRET: service.secret },
        ...{ PUBLIC_CLIENT_ID: 'cli_sluice', REDIRECT_URI: loopback.redirectUri },
        ...{ AUTHLIB_INSECURE_TRANSPORT: '1', OAUTHLIB_INSECURE_TRANSPORT: '1' },
        PYTHONUNBUFFERED: '1',
      }),
    });
    onTestFinished(() => client.kill());
    const said = (): readonly Said[] =>
      client
        .stdout()
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Said);
    const step = (name: string) => said().find((line) => line.step === name);

    const asked = await until(
      () => step('open') ?? (client.hasEnded() ? client.output() : undefined),
      {
        what: `it wants a browser; so far:\n${client.output()}`,
        withinMs: 30_000,
      },
    );
    expect(asked).toMatchObject({ step: 'open' });
    const url = (asked as Said)['url'];
    await allowInBrowser(server.owner, String(url));
    client.write(`${await loopback.landed()}\n`);
    await client.ended;

    const token = { type: 'Bearer', scope: 'projects:read', status: 200 };
    expect(
      said().filter((line) => line.step !== 'open'),
      client.output(),
    ).toEqual([
      { step: 'basic', ...token },
      { step: 'post', ...token },
      { step: 'wrong secret', error: 'invalid_client' },
      { step: 'wrong scope', error: 'invalid_scope' },
      { step: 'code', kind: 'person', scopes: ['projects:read'] },
      { step: 'refresh', rotated: true, status: 200 },
    ]);
  });
});
