import { createServer } from 'node:http';

/** @typedef {{ status: number, body: Record<string, unknown> }} Answer */

/** @type {Record<string, (query: URLSearchParams) => Answer>} */
const routes = {
  'GET /': () => ({ status: 200, body: { service: 'greeting-service' } }),
  'GET /greeting': (query) => {
    const name = query.get('name') ?? 'world';
    return { status: 200, body: { greeting: `Hello, ${name}!` } };
  },
};

export const makeServer = () =>
  createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const route = routes[`${request.method} ${url.pathname}`];
    const answer = route?.(url.searchParams) ?? { status: 404, body: { error: 'Not found' } };
    response.writeHead(answer.status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(answer.body));
  });
