import { z } from 'zod';

/** Whether somebody has to be known: on one's own machine a server may be open. */
export const AuthMode = z.enum(['open', 'required']);
export type AuthMode = z.infer<typeof AuthMode>;
