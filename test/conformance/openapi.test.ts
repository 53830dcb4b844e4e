// Case 90: the document, and the page that shows it.

import { describe, expect, it } from 'vitest';
import { ask, askRequired } from '../worker/ask.ts';

interface Operation {
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly responses: Readonly<Record<string, unknown>>;
}
interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const answer = await ask('/openapi.json');
const text = await answer.text();
const document: Document = JSON.parse(text);

/** The paths that the reference prints. */
const SEED = [
  ...['GET /health', 'POST /tasks', 'GET /tasks/{id}', 'GET /tasks', 'POST /tasks/{id}/status'],
  ...['POST /tasks/{id}/log', 'GET /tasks/{id}/gates/{gateName}', 'GET /agents', 'GET /config'],
  ...['POST /tasks/{id}/gates/{gateName}/approve', 'GET /stream/{taskId}', 'GET /openapi.json'],
];

/** Every other route of §2, with the scope that it asks for. */
const ROUTES: Readonly<Record<string, string>> = {
  'GET /daemon/health': 'tasks:read',
  'POST /tasks': 'tasks:write',
  'GET /tasks': 'tasks:read',
  'GET /tasks/{id}': 'tasks:read',
  'POST /tasks/{id}/status': 'tasks:write',
  'PATCH /tasks/{id}/status': 'tasks:write',
  'POST /tasks/{id}/log': 'tasks:write',
  'GET /tasks/{id}/logs': 'tasks:read',
  'GET /tasks/{id}/events': 'tasks:read',
  'POST /tasks/{id}/cancel': 'tasks:write',
  'POST /tasks/{id}/pause': 'tasks:write',
  'POST /tasks/{id}/resume': 'tasks:write',
  'POST /tasks/{id}/retry': 'tasks:write',
  'GET /tasks/paused': 'tasks:read',
  'GET /tasks/trashed': 'tasks:read',
  'GET /tasks/archived': 'tasks:read',
  'POST /tasks/{id}/trash': 'tasks:write',
  'POST /tasks/{id}/restore': 'tasks:write',
  'DELETE /tasks/trash': 'tasks:write',
  'POST /tasks/{id}/archive': 'tasks:write',
  'POST /tasks/{id}/unarchive': 'tasks:write',
  'POST /tasks/{id}/decompose': 'tasks:write',
  'GET /tasks/{id}/subtasks': 'tasks:read',
  'GET /tasks/{id}/subtasks/status': 'tasks:read',
  'POST /tasks/{id}/subtasks/execute': 'tasks:write',
  'GET /tasks/{id}/parent': 'tasks:read',
  'GET /tasks/{id}/is-subtask': 'tasks:read',
  'GET /tasks/{id}/gates': 'tasks:read',
  'GET /tasks/{id}/gates/{gateName}': 'tasks:read',
  'POST /tasks/{id}/gates/{gateName}/approve': 'gates:approve',
  'POST /tasks/{id}/gates/{gateName}/reject': 'gates:approve',
  'POST /tasks/{id}/gates/{gateName}/request-changes': 'gates:approve',
  'GET /agents': 'tasks:read',
  'GET /agents/{name}': 'tasks:read',
  'GET /workflows': 'tasks:read',
  'GET /config': 'projects:read',
  'PATCH /config': 'projects:write',
  'POST /templates': 'tasks:write',
  'GET /templates': 'tasks:read',
  'GET /templates/{id}': 'tasks:read',
  'PUT /templates/{id}': 'tasks:write',
  'DELETE /templates/{id}': 'tasks:write',
  'GET /stream/{taskId}': 'tasks:read',
  'GET /ws': 'tasks:read',
  'GET /stream/0': 'tasks:read',
  'GET /stream/health': 'tasks:read',
};
const PUBLIC = ['GET /health', 'GET /openapi.json', 'GET /docs'];

const operationOf = (route: string): Operation | undefined => {
  const [method = '', path = ''] = route.split(' ');
  return document.paths[path]?.[method.toLowerCase()];
};

describe('the document', () => {
  it('90 is 200 and OpenAPI 3.1, without a credential', async () => {
    expect(answer.status).toBe(200);
    expect(answer.headers.get('Content-Type')).toMatch(/^application\/json/);
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.info.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(await (await askRequired('/openapi.json')).text()).toBe(text);
  });

  it.each(SEED)('90 has %s of the reference', (route) => {
    expect(operationOf(route)).toBeDefined();
  });

  it.each(Object.entries(ROUTES))('90 has %s, with the scope %s', (route, scope) => {
    const operation = operationOf(route);
    expect(operation?.security).toEqual([{ oauth2: [scope] }, { bearer: [scope] }, { cookie: [] }]);
    expect(operation?.responses).toHaveProperty('401');
  });

  it.each(PUBLIC)('90 has %s, for everybody', (route) => {
    expect(operationOf(route)).toBeDefined();
    expect(operationOf(route)?.security ?? []).toEqual([]);
  });

  it('90 names what every route answers, and every reference in it leads somewhere', () => {
    for (const methods of Object.values(document.paths)) {
      for (const { responses } of Object.values(methods)) {
        expect(Object.keys(responses).length).toBeGreaterThan(0);
      }
    }
    const pointers = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(pointers.length).toBeGreaterThan(50);
    for (const pointer of new Set(pointers)) {
      let place: unknown = document;
      for (const step of pointer.split('/')) place = (place as Record<string, unknown>)[step];
      expect([pointer, place]).toEqual([pointer, expect.anything()]);
    }
  });
});

describe('the page of the document', () => {
  it('needs no credential', async () => {
    for (const page of [await ask('/docs', { redirect: 'manual' }), await askRequired('/docs')]) {
      expect(page.status).toBeLessThan(400);
    }
  });
});
