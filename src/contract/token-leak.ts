import { z } from 'zod';

export const LEAKS_MAX = 100;

/** Secrets that somebody has found. What does not look like one of ours is passed over. */
export const TokenLeaks = z
  .array(z.object({ token: z.string().max(200) }))
  .max(LEAKS_MAX)
  .meta({ id: 'TokenLeaks' });
export type TokenLeaks = z.infer<typeof TokenLeaks>;
