// What an access token of ours says (RFC 9068), beside what every one of them has the claims of Sluice.

import { z } from 'zod';

/** Who acts for the principal, and for whom that one acts in turn (RFC 8693 §4.1). */
export interface Act {
  readonly sub: string;
  readonly act?: Act | undefined;
}
const Act: z.ZodType<Act> = z.object({
  sub: z.string(),
  get act() {
    return Act.optional();
  },
});

export const AccessClaims = z.object({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string()).min(1)]),
  sub: z.string(),
  client_id: z.string(),
  iat: z.int(),
  exp: z.int(),
  jti: z.string(),
  /** Scopes with spaces between. */
  scope: z.string(),
  ptype: z.enum(['person', 'service', 'agent']),
  /** The grant that it came from; of one exchanged for a personal access token, that one's id. */
  grt: z.string().optional(),
  /** The environments that it is for; absent: all. */
  env: z.array(z.string()).optional(),
  /** The projects that it is for; absent: all of its principal's. */
  prj: z.array(z.string()).optional(),
  /** When the person signed in. */
  auth_time: z.int().optional(),
  amr: z.array(z.string()).optional(),
  act: Act.optional(),
  /** The thumbprint of the key that its sender has to prove (RFC 9449 §6). */
  cnf: z.object({ jkt: z.string() }).optional(),
  /** Of an exchanged token: what else it dies with, as kind and subject of a revocation. */
  par: z.array(z.string()).max(24).optional(),
  /** Of an agent: the task, the attempt, the epoch, and who made the task. */
  tsk: z.string().optional(),
  att: z.int().optional(),
  epo: z.int().optional(),
  ini: z.string().optional(),
});
export type AccessClaims = z.infer<typeof AccessClaims>;
