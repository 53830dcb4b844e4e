// What clients say to the authorization server and hear from it before a person is asked, for the reference: these are
// forms, and are read by the rules of OAuth (RFC 6749 §3.2) and not by these schemas.

import { z } from 'zod';

const text = (description: string) => z.string().optional().meta({ description });

const CLIENT = {
  client_id: text('The client, unless the header `Authorization` names it.'),
  client_secret: text('For a client with a secret, unless it comes by Basic.'),
  client_assertion: text('For a client with a key (RFC 7523).'),
  client_assertion_type: text('`urn:ietf:params:oauth:client-assertion-type:jwt-bearer`'),
};
const WISH = {
  scope: text('Scopes, separated by spaces.'),
  resource: text('What the tokens are for (RFC 8707); may repeat.'),
  dpop_jkt: text('The thumbprint of the key that the tokens shall be bound to (RFC 9449 §10).'),
};

export const PushForm = z.object({
  ...CLIENT,
  ...WISH,
  response_type: z.literal('code'),
  redirect_uri: text('Where the browser returns to; needed where the client has more than one.'),
  code_challenge: z.string(),
  code_challenge_method: z.literal('S256'),
  state: text('Comes back unchanged.'),
  prompt: text('`none`, `login`, `consent` or `select_account`.'),
  max_age: text('How old the sign-in may be, in seconds.'),
});

export const PushedRequest = z
  .object({
    request_uri: z.string().meta({ description: 'For the browser, with the `client_id`; once.' }),
    expires_in: z.int().meta({ description: 'In seconds.' }),
  })
  .meta({ id: 'PushedRequest' });

export const DeviceForm = z.object({ ...CLIENT, ...WISH });

export const DeviceAuthorization = z
  .object({
    device_code: z
      .string()
      .meta({ description: 'For the device, to ask with at the token endpoint.' }),
    user_code: z.string().meta({ description: 'For the person.', example: 'WDJB-MJHT' }),
    verification_uri: z.string(),
    verification_uri_complete: z.string(),
    expires_in: z.int().meta({ description: 'In seconds.' }),
    interval: z.int().meta({ description: 'Seconds between two questions of the device.' }),
  })
  .meta({ id: 'DeviceAuthorization' });

export const RegisterBody = z.looseObject({
  client_name: z.string().optional(),
  redirect_uris: z.array(z.string()),
  scope: z.string().optional(),
  token_endpoint_auth_method: z.literal('none').optional(),
});

export const RegisteredClient = z
  .object({
    client_id: z.string(),
    client_id_issued_at: z.int().meta({ description: 'Unix seconds.' }),
    client_name: z.string(),
    redirect_uris: z.array(z.string()).max(20),
    grant_types: z.array(z.string()).max(5),
    response_types: z.array(z.literal('code')).max(1),
    token_endpoint_auth_method: z.literal('none'),
    scope: z.string(),
  })
  .meta({ id: 'RegisteredClient' });
