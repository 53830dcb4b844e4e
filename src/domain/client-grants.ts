// Which ways to a token each kind of client has.

export const GRANT_TYPES = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:ietf:params:oauth:grant-type:token-exchange',
] as const;
export type GrantType = (typeof GRANT_TYPES)[number];

type Kind = 'service' | 'web' | 'native' | 'metadata';

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const GRANTS: Readonly<Record<Kind, readonly GrantType[]>> = {
  service: ['client_credentials', EXCHANGE],
  web: ['authorization_code', 'refresh_token', EXCHANGE],
  native: ['authorization_code', 'refresh_token', DEVICE],
  metadata: ['authorization_code', 'refresh_token'],
};

export const isGrantType = (text: string): text is GrantType =>
  (GRANT_TYPES as readonly string[]).includes(text);

/** Token exchange is for clients that prove who they are: services, and web apps with a server. */
export const mayUse = (kind: Kind, grantType: GrantType): boolean =>
  GRANTS[kind].includes(grantType);
