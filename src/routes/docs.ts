// GET /docs: the reference as a page. Its files are assets, so it works without a foreign server.

import { createRoute } from '@hono/zod-openapi';
import { createRouter } from './router.ts';

const page = createRoute({
  method: 'get',
  path: '/docs',
  operationId: 'docs.get',
  tags: ['service'],
  summary: 'Show the reference',
  responses: { 307: { description: 'The page is at `/docs/`.' } },
});

export const docs = createRouter();

docs.openapi(page, (c) => c.redirect('/docs/', 307));

docs.get('/docs/*', async (c) => {
  const asset = await c.env.ASSETS.fetch(c.req.raw);
  return asset.status === 404 ? c.notFound() : new Response(asset.body, asset);
});
