// Another provider, for signing in upstream: a server of OpenID Connect that others have written.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export const CLIENT = { id: 'sluice', secret: 'a-secret-of-the-provider' };

/** Whoever signs in as `NAME` there has the verified address `NAME@acme.example`. */
export async function startProvider(redirectUri: string) {
  const http = createServer();
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has an address.
  const { port } = http.address() as AddressInfo;
  const issuer = `http://localhost:${port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUri] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@acme.example`, email_verified: true, name: id }),
    }),
    features: { devInteractions: { enabled: true } },
    pkce: { required: () => true },
  });
  http.on('request', provider.callback());
  const stop = () =>
    new Promise<void>((resolve) => {
      http.close(() => resolve());
      http.closeAllConnections();
    });
  return { issuer, stop };
}
