// The documented calls of the platform API, character for character but for the host, the client and the token.

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { newService } from './world/oauth-clients.ts';
import { type OwnedServer, serveOwned } from './world/owned-server.ts';
import { makeDir, ROOT } from './world/place.ts';
import { cleanEnv, runInShell, runToEnd } from './world/started.ts';

const dir = makeDir();
let server: OwnedServer;
let token = '';

beforeAll(async () => {
  server = await serveOwned();
  return () => server.stop();
});

const asPrinted = (file: string, changes: Readonly<Record<string, string>>): string =>
  Object.entries({ 'https://api.aethex.dev': server.url, ...changes }).reduce(
    (text, [printed, ours]) => text.replaceAll(printed, ours),
    readFileSync(path.join(ROOT, 'test/e2e/seed', file), 'utf8'),
  );

describe('the platform reference', () => {
  it('curl exchanges client credentials for an access token', async () => {
    const { id, secret } = await newService(server, ['projects:read', 'deployments:write']);
    const line = asPrinted('token.sh', { CLIENT_ID: id, CLIENT_SECRET: secret });
    const { stdout } = await runInShell(line, dir);
    const body = JSON.parse(stdout) as Record<string, unknown>;
    expect(body).toEqual({
      ...{
        access_token: expect.stringMatching(/^ey[\w-]+\.[\w-]+\.[\w-]+$/),
        token_type: 'Bearer',
      },
      ...{ expires_in: 600, scope: 'projects:read deployments:write' },
    });
    token = String(body['access_token']);
  });

  it('fetch lists the projects, with the rate that is left and the id of the request', async () => {
    const file = path.join(dir, 'projects.js');
    writeFileSync(file, asPrinted('projects.js.txt', { '${TOKEN}': token }));
    const { code, output } = await runToEnd({
      ...{ command: process.execPath, args: [file], cwd: dir, env: cleanEnv() },
    });
    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringContaining('Projects {'),
    });
    expect(output).toContain("name: 'Default'");
    const answer = await fetch(`${server.url}/v1/projects?page=1&limit=25`, {
      headers: { Authorization: `Bearer ${token}`, 'AeThex-Environment': 'production' },
    });
    expect(answer.headers.get('X-RateLimit-Remaining')).toMatch(/^\d+$/);
    expect(answer.headers.get('X-Request-ID')).toMatch(/^req_/);
    expect(answer.headers.get('Link')).toContain('rel="first"');
    expect(answer.headers.get('AeThex-Environment')).toBe('production');
  });
});
