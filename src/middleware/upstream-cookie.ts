// The cookie that ties the answer of another provider to the browser that was sent there: without it, a page could make
// somebody come in as another (RFC 6749 §10.12).

import type { Context } from 'hono';
import { cookieValue } from '../auth/signin-cookie.ts';
import type { AppEnv } from './app-env.ts';

const NAME = '__Host-slc_o';
const LOCAL_NAME = 'slc_o';
const LIFE_S = 600;

/** Null takes it away. */
export function rememberState(c: Context<AppEnv>, state: string | null): void {
  const rest = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${state === null ? 0 : LIFE_S}`;
  c.header('Set-Cookie', `${NAME}=${state ?? ''}; Secure; ${rest}`, { append: true });
  if (!c.req.url.startsWith('http://localhost')) return;
  c.header('Set-Cookie', `${LOCAL_NAME}=${state ?? ''}; ${rest}`, { append: true });
}

export const rememberedState = (c: Context<AppEnv>): string | null =>
  cookieValue(c.req.header('Cookie'), c.req.url, [NAME, LOCAL_NAME]);
