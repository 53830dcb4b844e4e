import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { app } from '../../src/app.ts';
import { ask, askRequired, ORIGIN, refusalOf } from './ask.ts';
import { PAGES } from './pages.ts';

interface Operation {
  operationId: string;
  tags: string[];
  security?: unknown[];
  responses: Record<string, unknown>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown>; securitySchemes: Record<string, unknown> };
}

const document: Document = await (await ask('/openapi.json')).json();
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);
const PUBLIC = ['/', '/health', '/openapi.json', '/docs', '/docs.md', '/llms.txt', '/console'];
/** Documents, and doors that look by themselves at who comes. */
const FOR_ALL = [
  /^\/(problems|\.well-known)\//,
  /^\/v1\/auth\/(token|revoke|introspect|par|device_authorization|register|bootstrap|recovery|signout)$/,
  /^\/v1\/auth\/passkeys\/(options|verify)$/,
  /^\/v1\/(invitations\/accept|security\/token-leaks)$/,
];
const isForAll = (path: string) => PUBLIC.includes(path) || FOR_ALL.some((form) => form.test(path));
const guarded = operations.filter(({ path }) => !isForAll(path));
const real = (path: string) => path.replace(/\{\w+\}/g, 'x');

describe('the document', () => {
  it('is OpenAPI 3.1 with the paths of the reference', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/health',
        '/tasks',
        '/tasks/{id}',
        '/tasks/{id}/status',
        '/tasks/{id}/log',
        '/tasks/{id}/gates/{gateName}',
        '/tasks/{id}/gates/{gateName}/approve',
        '/agents',
        '/config',
        '/stream/{taskId}',
      ]),
    );
    expect(document.components.securitySchemes).toHaveProperty('bearer');
    expect(document.components.schemas).toHaveProperty('Error');
  });

  it('lists every route that exists and none other', () => {
    const routes = app.routes
      .filter(({ method, path }) => method !== 'ALL' && !path.includes('*') && !PAGES.test(path))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    const listed = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(listed.sort()).toEqual([...new Set(routes)].sort());
  });

  it('names each operation once, with one tag', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { operation } of operations) {
      expect(operation.operationId).toMatch(/^[a-z][a-zA-Z]*\.[a-zA-Z]+$/);
      expect(operation.tags).toHaveLength(1);
    }
  });

  it.each(guarded)('required mode: $method $path without a credential is 401', async (route) => {
    const init = { method: route.method.toUpperCase() };
    const answer = await askRequired(real(route.path), init);
    expect(await refusalOf(answer)).toEqual([401, 'unauthorized']);
    expect(route.operation.security).not.toEqual([]);
    expect(route.operation.responses).toHaveProperty('401');
  });

  it.each(PUBLIC)('required mode: %s needs none', async (path) => {
    expect((await askRequired(path)).status).toBeLessThan(400);
  });

  it('a mode that is not exactly open is required', async () => {
    for (const mode of ['', 'Open', 'OPEN', 'true', undefined]) {
      const answer = await app.request('http://localhost/tasks', {}, { ...env, AUTH_MODE: mode });
      expect(answer.status).toBe(401);
    }
  });
});

describe('the reference as text', () => {
  it('/docs.md names every operation, schema and event, and each refusal with its meaning', async () => {
    const answer = await ask('/docs.md');
    expect(answer.headers.get('Content-Type')).toBe('text/markdown; charset=utf-8');
    const text = await answer.text();
    for (const { method, path, operation } of operations) {
      expect(text).toContain(`\`${method.toUpperCase()} ${path}\` (\`${operation.operationId}\`)`);
    }
    for (const name of Object.keys(document.components.schemas)) {
      expect(text).toContain(`\n### ${name}\n`);
    }
    expect(text).toContain('- `task.completed`: ');
    expect(text).toContain('`not_found`: ');
    expect(text).toContain(`${ORIGIN}/openapi.json`);
    expect(text).not.toMatch(/undefined|\[object/);
  });

  it('/llms.txt says what this is and leads on', async () => {
    const answer = await ask('/llms.txt');
    expect(answer.headers.get('Content-Type')).toMatch(/^text\/plain; charset=utf-8$/i);
    const text = await answer.text();
    expect(text).toMatch(/^# Sluice\n\n> The control plane/);
    for (const [, path = ''] of text.matchAll(/\]\(http:\/\/localhost:3000([^)#]+)/g)) {
      expect(['/docs.md', '/openapi.json', '/docs/']).toContain(path);
    }
    expect(text).toContain('tasks.create');
  });
});
