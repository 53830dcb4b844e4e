// Pages that the server draws: sign-in, consent, device, invitation, bootstrap. They work without a script wherever the
// browser can do without one, and show what others wrote as text only.

import type { Context } from 'hono';
import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { AppEnv } from '../../middleware/app-env.ts';

type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

export interface Page {
  readonly title: string;
  readonly body: Html;
  readonly status?: 200 | 400 | 401 | 403 | 404 | 429;
  /**
   * Where a form of this page may lead beside this server: Chromium follows `form-action` through the redirect, so a
   * consent names the origin, or the scheme, that it returns to.
   */
  readonly formActions?: readonly string[];
  /** Scripts of ours, by path. */
  readonly scripts?: readonly string[];
  /** Whether a script of the page asks this server. */
  readonly connects?: true;
}

/** Sends a page with the headers that keep it from being framed, stored, scripted or leaked. */
export async function sendPage(c: Context<AppEnv>, page: Page): Promise<Response> {
  const { title, body, status = 200, formActions = [], scripts = [] } = page;
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "script-src 'self'",
    `form-action ${["'self'", ...formActions].join(' ')}`,
    ...(page.connects ? ["connect-src 'self'"] : []),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  c.header('Content-Security-Policy', policy.join('; '));
  c.header('X-Frame-Options', 'DENY');
  c.header('Cross-Origin-Opener-Policy', 'same-origin');
  const text = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Sluice</title>
<link rel="stylesheet" href="/pages/style.css">
${scripts.map((path) => html`<script type="module" src="${path}"></script>`)}
</head>
<body><main><p class="brand">Sluice</p><h1>${title}</h1>${body}</main></body>
</html>`;
  return c.html(text, status);
}
