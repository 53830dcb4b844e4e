// GET /console/…: the console. Every address below it is the same page, which shows what the address says.

import { createRoute } from '@hono/zod-openapi';
import { createRouter } from './router.ts';

const page = createRoute({
  method: 'get',
  path: '/console',
  operationId: 'console.get',
  tags: ['service'],
  summary: 'Show the console',
  responses: { 307: { description: 'The page is at `/console/`.' } },
});

const home = createRoute({
  method: 'get',
  path: '/',
  operationId: 'home.get',
  tags: ['service'],
  summary: 'Lead a person to the console',
  responses: { 307: { description: 'To `/console/`.' } },
});

export const consolePages = createRouter();

consolePages.openapi(home, (c) => c.redirect('/console/', 307));
consolePages.openapi(page, (c) => c.redirect('/console/', 307));

consolePages.get('/console/*', async (c) => {
  // Files that exist never come here. A missing one is no page: a browser would take the page for a script.
  if (/^\/console\/assets\/|\.\w+$/.test(c.req.path)) return c.notFound();
  const { origin } = new URL(c.req.url);
  const shell = await c.env.ASSETS.fetch(new Request(`${origin}/console/`, c.req.raw));
  return shell.status === 404 ? c.notFound() : new Response(shell.body, shell);
});
