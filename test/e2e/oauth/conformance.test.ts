// The conformance suite of the Model Context Protocol, as an authorization server.

import path from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { allowInBrowser } from '../world/consent.ts';
import { newClient } from '../world/oauth-clients.ts';
import { type OwnedServer, serveOwned } from '../world/owned-server.ts';
import { findPort, makeDir, ROOT } from '../world/place.ts';
import { cleanEnv, said, start } from '../world/started.ts';

const SUITE = path.join(ROOT, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
let server: OwnedServer;

beforeAll(async () => {
  server = await serveOwned();
  return () => server.stop();
});

describe('the conformance suite of MCP', () => {
  it('passes both scenarios of an authorization server', async () => {
    const port = await findPort();
    const { id } = await newClient(server, {
      ...{ name: 'Conformance', kind: 'native', scopes: ['tasks:read'] },
      redirectUris: [`http://127.0.0.1:${port}/callback`],
    });
    const suite = start({
      command: process.execPath,
      args: [
        ...[SUITE, 'authorization', '--url', server.url, '--client-id', id],
        ...['--port', String(port)],
      ],
      ...{ cwd: makeDir(), env: cleanEnv() },
    });
    onTestFinished(() => suite.kill());
    const output = await said(suite, /Waiting up to 5 minutes/);
    const url = /^https?:\/\/\S+\/v1\/auth\/authorize\S+$/m.exec(output)?.[0] ?? '';
    await allowInBrowser(server.owner, url);
    const { code } = await suite.ended;
    expect(code, suite.output()).toBe(0);
    for (const scenario of ['authorization-server-metadata-endpoint', 'authorization-code-grant']) {
      expect(suite.output()).toMatch(new RegExp(`${scenario}: [1-9]\\d* passed, 0 failed`));
    }
  });
});
