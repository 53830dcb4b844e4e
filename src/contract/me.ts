import { z } from 'zod';
import { AuthMode } from './auth-mode.ts';
import { Scope } from './principal.ts';

/** Who asks, and by what. */
export const Me = z
  .object({
    principal: z.object({
      id: z.string().meta({ example: 'usr_01jd2v8x5k3m9q7r4t6w8y0z2b' }),
      kind: z.enum(['person', 'service', 'runner', 'agent']),
      name: z.string(),
      email: z.string().nullable(),
    }),
    authMode: AuthMode,
    defaultProjectId: z.string().nullable().meta({
      description: 'Null until the first request that needs one has made it.',
    }),
    credential: z.object({
      kind: z.enum(['open', 'signin', 'pat', 'access_token', 'runner', 'agent']),
      id: z.string().nullable(),
      scopes: z.array(Scope),
      projectIds: z.array(z.string()).nullable(),
      environments: z.array(z.string()).nullable(),
      expiresAt: z.iso.datetime().nullable(),
    }),
  })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof Me>;
