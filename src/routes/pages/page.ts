// Pages that the server draws: sign-in, consent, device, invitation, bootstrap. They work without a script wherever the
// browser can do without one, and show what others wrote as text only.

import type { Context } from 'hono';
import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { AppEnv } from '../../middleware/app-env.ts';

/** A piece of a page: what is put into it is escaped. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

export interface Page {
  readonly title: string;
  readonly body: Html;
  readonly status?: ContentfulStatusCode;
  /** The way to the pages beside it. */
  readonly nav?: Html;
  /** Styles of ours beside those of all pages, by path. */
  readonly styles?: readonly string[];
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

const MARK = '/console/mark.svg';

/** Where somebody would lose what they have not written down, it leads nowhere. */
const brand = (leadsOut: boolean): Html =>
  html`<p class="brand">${leadsOut ? html`<a href="/console/">Sluice</a>` : 'Sluice'}</p>`;

/** Sends a page with the headers that keep it from being framed, stored, scripted or leaked. */
export async function sendPage(c: Context<AppEnv>, page: Page): Promise<Response> {
  const { title, body, status = 200, formActions = [], scripts = [], styles = [] } = page;
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "script-src 'self'",
    `form-action ${["'self'", ...formActions].join(' ')}`,
    ...(page.connects ? ["connect-src 'self'"] : []),
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
  ];
  c.header('Content-Security-Policy', policy.join('; '));
  c.header('X-Frame-Options', 'DENY');
  c.header('Cross-Origin-Opener-Policy', 'same-origin');
  const text = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Sluice</title>
<link rel="icon" type="image/svg+xml" href="${MARK}">
<link rel="stylesheet" href="/pages/style.css">
${styles.map((path) => html`<link rel="stylesheet" href="${path}">`)}
${scripts.map((path) => html`<script type="module" src="${path}"></script>`)}
</head>
<body><main>${brand(page.nav !== undefined)}${page.nav ?? ''}<h1>${title}</h1>${body}</main></body>
</html>`;
  return c.html(text, status);
}
