import { z } from 'zod';

/** How deliveries are signed, for everybody. Keys belong to endpoints, so that none is good for another's deliveries. */
export const WebhookKeys = z
  .object({
    scheme: z.literal('standard-webhooks'),
    signatureVersions: z.array(z.string()).meta({ example: ['v1', 'v1a'] }),
    keys: z
      .array(z.record(z.string(), z.unknown()))
      .max(0)
      .meta({ description: 'None: no key signs for more than one endpoint.' }),
    keyLocation: z.string().meta({
      description: 'Where an endpoint tells its own public key, as `publicKey`.',
      example: 'https://sluice.acme.com/v1/webhooks/{id}',
    }),
  })
  .meta({ id: 'WebhookKeys' });
export type WebhookKeys = z.infer<typeof WebhookKeys>;
