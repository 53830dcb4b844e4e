// What goes wrong at OAuth endpoints, whoever notices it, is said as RFC 6749 §5.2 has it.

import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { app } from '../../src/app.ts';
import { newSecret } from '../../src/auth/secret.ts';
import { askRequired, ORIGIN } from './ask.ts';
import { basic, newClient } from './oauth-world.ts';
import './world.ts';

const PATHS = ['token', 'revoke', 'introspect', 'par', 'device_authorization', 'register'].map(
  (name) => `/v1/auth/${name}`,
);
/** What is needed to get as far as D1. */
const FORM = {
  grant_type: 'client_credentials',
  token: 'x',
  client_id: 'cli_00000000000000000000000000',
};
const METADATA = { client_name: 'App', redirect_uris: ['https://app.test/cb'] };

function send(path: string, vars: object, headers: Readonly<Record<string, string>> = {}) {
  const isRegister = path.endsWith('register');
  const request = new Request(ORIGIN + path, {
    method: 'POST',
    headers: {
      Host: 'localhost:3000',
      'Content-Type': isRegister ? 'application/json' : 'application/x-www-form-urlencoded',
      ...headers,
    },
    body: isRegister ? JSON.stringify(METADATA) : new URLSearchParams(FORM).toString(),
  });
  const settings = { ...env, AUTH_MODE: 'required', CLIENT_REGISTRATION: '1', ...vars };
  return app.fetch(request, settings, createExecutionContext());
}

const away = () => {
  throw new Error('D1_ERROR: away');
};
const BROKEN = { DB: { prepare: away, batch: away } };
const LATE = { MAINTENANCE_UNTIL: new Date(Date.now() + 60_000).toISOString() };

async function expectOAuth(answer: Response, status: number, error: string): Promise<void> {
  expect(answer.status).toBe(status);
  const body = await answer.json<Record<string, unknown>>();
  expect(Object.keys(body).sort()).toEqual(['error', 'error_description']);
  expect(body['error']).toBe(error);
  expect(body['error_description']).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
  expect(answer.headers.get('Cache-Control')).toBe('no-store');
  expect(answer.headers.get('Content-Type')).toMatch(/^application\/json/);
}

describe.each(PATHS)('%s', (path) => {
  it('says that D1 is away', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const answer = await send(path, BROKEN);
    log.mockRestore();
    await expectOAuth(answer, 503, 'temporarily_unavailable');
    expect(answer.headers.get('Retry-After')).toMatch(/^\d+$/);
  });

  it('says that the server is under maintenance', async () => {
    await expectOAuth(await send(path, LATE), 503, 'temporarily_unavailable');
  });

  it('is asked by POST alone', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
      const answer = await askRequired(path, { method });
      await expectOAuth(answer, 405, 'invalid_request');
      expect(answer.headers.get('Allow')).toBe('POST');
    }
  });

  it('says when too much is asked', async () => {
    const vars = { RATE_LIMIT_DEFAULT: '1' };
    const headers = { 'CF-Connecting-IP': `10.9.${PATHS.indexOf(path)}.1` };
    await send(path, vars, headers);
    const answer = await send(path, vars, headers);
    await expectOAuth(answer, 429, 'temporarily_unavailable');
    expect(answer.headers.get('Retry-After')).toMatch(/^\d+$/);
  });
});

it('a token, too, is never stored', async () => {
  const client = await newClient();
  const body = new URLSearchParams({ grant_type: 'client_credentials' }).toString();
  for (const secret of [client.secret, newSecret('cs')]) {
    const answer = await askRequired('/v1/auth/token', {
      method: 'POST',
      body,
      headers: {
        ...basic({ ...client, secret }),
        'Content-Type': 'application/x-www-form-urlencoded',
      },
    });
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
    expect(answer.headers.get('Pragma')).toBe('no-cache');
  }
});
