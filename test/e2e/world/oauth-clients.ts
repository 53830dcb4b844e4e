// Clients of the authorization server, made through its own API.

import { expect } from 'vitest';
import type { OwnedServer } from './owned-server.ts';

interface Made {
  readonly id: string;
  readonly secret: string;
}

export const newClient = async (
  server: OwnedServer,
  fields: Readonly<Record<string, unknown>>,
): Promise<Made> => {
  const { status, body } = await server.ask<Made>('POST', '/v1/clients', fields);
  expect({ status, body }).toMatchObject({ status: 201 });
  return body;
};

/** A service with a secret. */
export const newService = (
  server: OwnedServer,
  scopes: readonly string[],
  fields: Readonly<Record<string, unknown>> = {},
): Promise<Made> => newClient(server, { name: 'CI', kind: 'service', scopes, ...fields });

/** A web application with a secret, which returns to the host `app.example`. */
export const newWebApp = (
  server: OwnedServer,
  scopes: readonly string[],
  fields: Readonly<Record<string, unknown>> = {},
): Promise<Made> =>
  newClient(server, {
    ...{ name: 'Reports', kind: 'web', scopes, redirectUris: [WEB_REDIRECT] },
    ...fields,
  });

export const WEB_REDIRECT = 'https://app.example/callback';
