import { describe, expect, it } from 'vitest';
import {
  askedOf,
  bodyExample,
  missingIn,
  parametersOf,
} from '../../console/src/reference/asking.ts';
import type { Document, Placed } from '../../console/src/reference/document.ts';
import { operationsOf, scopesOf } from '../../console/src/reference/document.ts';
import { entriesOf, find } from '../../console/src/reference/find.ts';
import { refusalsOf } from '../../console/src/reference/refusals.ts';
import { type Asked, SAMPLES } from '../../console/src/reference/samples.ts';
import { exampleOf, rulesOf, typeOf } from '../../console/src/reference/schema.ts';

const DOCUMENT: Document = {
  info: { title: 'Sluice', version: '1' },
  tags: [{ name: 'tasks' }],
  paths: {
    '/tasks/{id}': {
      get: {
        operationId: 'tasks.get',
        tags: ['tasks'],
        summary: 'Get a task',
        security: [{ bearer: ['tasks:read'] }, { oauth2: ['tasks:read'] }, { cookie: [] }],
        parameters: [
          { name: 'id', in: 'path', required: true },
          { name: 'wait', in: 'query' },
        ],
        responses: {
          '200': { content: { 'application/json': {}, 'text/markdown': {} } },
          '404': { $ref: '#/components/responses/NotFound' },
        },
      },
    },
    '/tasks': {
      post: {
        operationId: 'tasks.create',
        tags: ['tasks'],
        summary: 'Create a task',
        requestBody: {
          content: { 'application/json': { schema: { $ref: '#/components/schemas/New' } } },
        },
      },
    },
  },
  components: {
    schemas: {
      New: {
        type: 'object',
        properties: { description: { type: 'string' }, more: { $ref: '#/components/schemas/New' } },
      },
      Loop: {
        type: 'object',
        required: ['next'],
        properties: { next: { $ref: '#/components/schemas/Loop' } },
      },
    },
    responses: {
      NotFound: { description: '`not_found`: It is not there. `gone`: It was: `ever`.' },
    },
  },
};
const placed = (id: string): Placed => {
  const found = operationsOf(DOCUMENT).find(({ operation }) => operation.operationId === id);
  if (found === undefined) throw new Error(id);
  return found;
};

describe('schemas', () => {
  it.each([
    [{ type: ['string', 'null'] }, 'string | null'],
    [{ $ref: '#/components/schemas/New' }, 'New'],
    [{ type: 'array', items: { $ref: '#/components/schemas/New' } }, 'New[]'],
    [
      { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
      '(string | null)[]',
    ],
    [{ const: 'a' }, '"a"'],
    [{}, 'anything'],
  ])('%j is %s', (schema, text) => {
    expect(typeOf(schema)).toBe(text);
  });

  it('rules that hold for everything are not told', () => {
    expect(
      rulesOf({ maxLength: 1_048_576, minimum: -9_007_199_254_740_991, format: 'int64' }),
    ).toEqual([]);
    expect(rulesOf({ maxLength: 9, maximum: 10, format: 'date-time' })).toEqual([
      ...['date-time', 'at most 10', 'at most 9 characters'],
    ]);
  });

  it('an example has what is required, or the first member, and ends where a schema holds itself', () => {
    expect(bodyExample(DOCUMENT, placed('tasks.create'))).toBe('{\n  "description": "text"\n}');
    expect(JSON.stringify(exampleOf(DOCUMENT, { $ref: '#/components/schemas/Loop' }))).toContain(
      '{}',
    );
  });
});

describe('an operation', () => {
  const server = { origin: 'https://x.test', isOpen: false };

  it('its scopes are named once; none at all is for everybody', () => {
    expect(scopesOf(placed('tasks.get').operation)).toEqual(['tasks:read']);
    expect(scopesOf(placed('tasks.create').operation)).toBe(null);
  });

  it('its refusals are read out of what its answers say', () => {
    expect(refusalsOf(DOCUMENT, placed('tasks.get').operation)).toEqual([
      { status: '404', code: 'not_found', meaning: 'It is not there.' },
      { status: '404', code: 'gone', meaning: 'It was: `ever`.' },
    ]);
  });

  it('which of several types is wanted can be chosen', () => {
    const accept = parametersOf(DOCUMENT, placed('tasks.get')).find(
      ({ name }) => name === 'Accept',
    );
    expect(accept?.schema?.enum).toEqual(['application/json', 'text/markdown']);
  });

  it('is asked for as its fields say; what is missing in the path stays open', () => {
    const get = placed('tasks.get');
    const filled = { 'path:id': 'a/b?c', 'query:wait': '1&2', 'header:Accept': 'text/markdown' };
    expect(askedOf(DOCUMENT, get, filled, server)).toEqual({
      method: 'GET',
      url: 'https://x.test/tasks/a%2Fb%3Fc?wait=1%262',
      headers: [['Accept', 'text/markdown']],
      body: null,
      needsToken: true,
    });
    const open = askedOf(DOCUMENT, get, {}, server);
    expect(open.url).toBe('https://x.test/tasks/{id}');
    expect(missingIn(open)).toEqual(['id']);
    expect(missingIn(askedOf(DOCUMENT, get, filled, server))).toEqual([]);
  });

  it('sends no token where none is wanted: one that is not set would be refused', () => {
    const asked = askedOf(DOCUMENT, placed('tasks.get'), {}, { ...server, isOpen: true });
    for (const sample of Object.values(SAMPLES)) expect(sample(asked)).not.toMatch(/Authorization/);
    expect(askedOf(DOCUMENT, placed('tasks.create'), {}, server).needsToken).toBe(false);
  });
});

describe('samples', () => {
  const asked: Asked = {
    method: 'POST',
    url: 'https://x.test/tasks',
    headers: [['Content-Type', 'application/json']],
    body: `{"description":"It's #{1} \\"so\\""}`,
    needsToken: true,
  };

  it('nothing of a text is code in any language', () => {
    expect(SAMPLES['curl']?.(asked)).toContain(`'{"description":"It'\\''s #{1} \\"so\\""}'`);
    expect(SAMPLES['Ruby']?.(asked)).toContain('\\#{1}');
    expect(Object.keys(SAMPLES)).toHaveLength(7);
    for (const name of ['JavaScript', 'Python', 'Go', 'Java']) {
      expect(SAMPLES[name]?.(asked)).toContain(JSON.stringify(asked.body));
    }
  });

  it('JavaScript that is shown is JavaScript', () => {
    const text = SAMPLES['JavaScript']?.({ ...asked, needsToken: false }) ?? '';
    const Async = Object.getPrototypeOf(async () => {}).constructor as FunctionConstructor;
    expect(() => new Async(text)).not.toThrow();
  });
});

describe('search', () => {
  const entries = entriesOf(DOCUMENT);

  it('finds operations, schemas and refusals by every word, names before descriptions', () => {
    expect(find(entries, 'task get').map(({ hash }) => hash)).toEqual(['tasks.get']);
    expect(find(entries, 'not_found')[0]).toMatchObject({ hash: 'refusal:not_found' });
    expect(find(entries, 'loop')[0]).toMatchObject({ hash: 'schema:Loop' });
    expect(find(entries, '  ')).toEqual([]);
    expect(find(entries, 'zzz')).toEqual([]);
  });
});
