import { isOpenMode } from '../auth/origin.ts';
import type { AuthMode } from '../contract/auth-mode.ts';

/** How this deployment takes who asks. */
export const authModeOf = (env: { readonly AUTH_MODE?: string }): AuthMode =>
  isOpenMode(env) ? 'open' : 'required';
