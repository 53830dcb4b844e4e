import { z } from 'zod';

/** RFC 6749 §5.1, RFC 8693 §2.2.1. */
export const TokenAnswer = z
  .object({
    access_token: z.string(),
    token_type: z.enum(['Bearer', 'DPoP']),
    expires_in: z.int(),
    scope: z.string(),
    refresh_token: z.string().optional(),
    issued_token_type: z.string().optional(),
  })
  .meta({ id: 'TokenAnswer' });
export type TokenAnswer = z.infer<typeof TokenAnswer>;
