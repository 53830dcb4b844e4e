import { z } from 'zod';

/** RFC 7517: public members alone. */
export const Jwks = z
  .object({
    keys: z.array(
      z.object({
        kty: z.enum(['EC', 'RSA']),
        use: z.literal('sig'),
        alg: z.enum(['ES256', 'RS256']),
        kid: z.string().meta({ description: 'The thumbprint of the key (RFC 7638).' }),
        crv: z.string().optional(),
        x: z.string().optional(),
        y: z.string().optional(),
        n: z.string().optional(),
        e: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'Jwks' });
export type Jwks = z.infer<typeof Jwks>;
