// What counts as a breaking change of the description, and which findings of the lint are none.

import { describe, expect, test } from 'vitest';
import { breakingChanges } from '../../tools/openapi/breaking.ts';
import { isExempt } from '../../tools/openapi/exemptions.ts';

const document = (changes: object = {}, schema: object = {}) => ({
  paths: {
    '/tasks': {
      post: {
        operationId: 'tasks.create',
        parameters: [{ in: 'query', name: 'projectId', required: false }],
        responses: { 201: {}, 400: {} },
        ...changes,
      },
    },
  },
  components: {
    schemas: {
      Task: {
        properties: { id: { type: 'string' }, status: { type: 'string', enum: ['a', 'b'] } },
        ...schema,
      },
    },
  },
});
const projectId = { in: 'query', name: 'projectId', required: false };

describe('a breaking change', () => {
  test.each([
    ['a path is gone', { paths: {} }, 'POST /tasks is gone'],
    [
      'another name',
      document({ operationId: 'tasks.make' }),
      'POST /tasks is no longer called tasks.create',
    ],
    ['another status', document({ responses: { 200: {} } }), 'POST /tasks no longer answers 201'],
    [
      'a new duty',
      document({ parameters: [projectId, { in: 'header', name: 'X', required: true }] }),
      'POST /tasks demands header X',
    ],
    [
      'a parameter less',
      document({ parameters: [] }),
      'POST /tasks no longer takes query projectId',
    ],
    ['a body', document({ requestBody: { required: true } }), 'POST /tasks demands a body'],
    [
      'a member less',
      document({}, { properties: { status: { type: 'string', enum: ['a', 'b'] } } }),
      'schema Task loses id',
    ],
    [
      'another type',
      document({}, { properties: { id: { type: 'integer' }, status: { type: 'string' } } }),
      'schema Task.id was "string" and is "integer"',
    ],
    [
      'a value less',
      document(
        {},
        { properties: { id: { type: 'string' }, status: { type: 'string', enum: ['a'] } } },
      ),
      'schema Task.status loses the value b',
    ],
  ])('is: %s', (_, after, sentence) => {
    expect(breakingChanges(document(), after)).toContain(sentence);
  });

  test.each([
    ['nothing', document()],
    ['a new path', { ...document(), paths: { ...document().paths, '/more': { get: {} } } }],
    ['a refusal more or less', document({ responses: { 201: {}, 404: {} } })],
    [
      'a parameter that may be left out',
      document({ parameters: [projectId, { in: 'query', name: 'q', required: false }] }),
    ],
    [
      'a member more',
      document(
        {},
        {
          properties: {
            id: { type: 'string' },
            status: { type: 'string', enum: ['a', 'b', 'c'] },
            more: { type: 'string' },
          },
        },
      ),
    ],
  ])('is not: %s', (_, after) => {
    expect(breakingChanges(document(), after)).toEqual([]);
  });

  test('is none where nothing was described before', () => {
    expect(breakingChanges(undefined, document())).toEqual([]);
  });
});

describe('a finding of the lint', () => {
  const described = {
    paths: {
      '/health': { get: { security: [], responses: { 200: {} } } },
      '/tasks': { get: { security: [{ bearer: [] }], responses: { 200: {} } } },
      '/docs': { get: { security: [], responses: { 307: {} } } },
    },
  };
  const finding = (code: string, path: string) => ({
    code,
    message: '',
    path: ['paths', path, 'get'],
  });

  test('counts for a guarded operation, and not for one that is for everybody', () => {
    const code = 'owasp:api8:2023-define-error-responses-401';
    expect(isExempt(finding(code, '/tasks'), described)).toBe(false);
    expect(isExempt(finding(code, '/health'), described)).toBe(true);
  });

  test('counts for a secret in a path, and not for the id of one', () => {
    const code = 'owasp:api2:2023-no-credentials-in-url';
    const paths = { '/x': { get: { parameters: [{ name: 'secretId' }, { name: 'token' }] } } };
    const at = (index: number) => ({
      code,
      message: '',
      path: ['paths', '/x', 'get', 'parameters', index, 'name'],
    });
    expect([isExempt(at(0), { paths }), isExempt(at(1), { paths })]).toEqual([true, false]);
  });

  test('counts for what can refuse, and not for what leads to a page', () => {
    const code = 'owasp:api4:2023-rate-limit-responses-429';
    expect(isExempt(finding(code, '/health'), described)).toBe(false);
    expect(isExempt(finding(code, '/docs'), described)).toBe(true);
  });

  test('counts for the headers of an answer, and not for a member of a body of that name', () => {
    const code = 'owasp:api8:2023-define-cors-origin';
    const of = (rule: string) => ({
      code: rule,
      message: '',
      path: ['components', 'schemas', 'VerifyWebhook', 'properties', 'headers'],
    });
    expect(isExempt(of(code), described)).toBe(true);
    expect(isExempt(of('owasp:api4:2023-string-limit'), described)).toBe(false);
    expect(isExempt(finding(code, '/tasks'), described)).toBe(false);
  });
});
