// Cases 84–87: changing and deleting templates, and how their bodies come.

import { describe, expect, it } from 'vitest';
import type { Template } from '../../src/contract/template.ts';
import { ask } from '../worker/ask.ts';
import { newProject, send } from '../worker/world.ts';
import { JSON_TYPE, refusal } from './checks.ts';
import {
  ALL_FIELDS,
  EFFORT,
  listTemplates,
  MINIMAL,
  NO_TEMPLATE,
  newTemplate,
  PRIORITY,
  TAGS,
  templateOf,
  x,
} from './template-calls.ts';

const put = (id: string, json: unknown) =>
  send<Template>(`/templates/${id}`, json, { method: 'PUT' });
const refusedPut = (id: string, json: unknown) =>
  refusal(`/templates/${id}`, { json, method: 'PUT' });

describe('changing a template', () => {
  it('84 nothing to change and blank fields are 400 and change nothing', async () => {
    const before = await newTemplate(ALL_FIELDS);
    for (const [json, error] of [
      [{}, 'At least one field must be provided for update'],
      [{ color: 'red' }, 'At least one field must be provided for update'],
      [{ name: '' }, 'Template name cannot be empty'],
      [{ name: ' \n' }, 'Template name cannot be empty'],
      [{ description: ' ' }, 'Template description cannot be empty'],
      [{ workflow: '' }, 'Workflow cannot be empty'],
      [{ name: x(101) }, 'Template name must be 100 characters or less'],
      [{ priority: '' }, PRIORITY],
      [{ effort: 'huge' }, EFFORT],
      [{ tags: 'a' }, TAGS],
      [{ name: 'good', effort: 7 }, EFFORT],
    ] as const) {
      expect(await refusedPut(before.id, json)).toMatchObject({ status: 400, error });
    }
    expect(await templateOf(before.id)).toEqual(before);
  });

  it('85 a part is changed, the rest kept, updatedAt later', async () => {
    const before = await newTemplate(ALL_FIELDS);
    for (const json of [
      { name: 'Other' },
      { description: 'Other' },
      { workflow: 'docs' },
      { priority: 'low', effort: 'xs' },
      { acceptanceCriteria: 'Other' },
      { tags: ['only'] },
    ]) {
      const old = await templateOf(before.id);
      const { status, body } = await put(before.id, json);
      expect([status, body]).toEqual([200, { ...old, ...json, updatedAt: body.updatedAt }]);
      expect(Date.parse(body.updatedAt)).toBeGreaterThan(Date.parse(old.updatedAt));
      expect(await templateOf(before.id)).toEqual(body);
    }
    expect((await put(before.id, { name: ' Trimmed ' })).body.name).toBe('Trimmed');
  });

  it('85 tags [] clears them, acceptanceCriteria "" removes it', async () => {
    const { id } = await newTemplate(ALL_FIELDS);
    const { body } = await put(id, { tags: [], acceptanceCriteria: '' });
    const { acceptanceCriteria: _, ...rest } = ALL_FIELDS;
    expect(body).toMatchObject({ ...rest, tags: [] });
    expect(await templateOf(id)).not.toHaveProperty('acceptanceCriteria');
  });

  it('86 DELETE is exactly so; again it is 404, and it is unlisted', async () => {
    const projectId = await newProject();
    const { id } = await newTemplate({ projectId });
    const kept = await newTemplate({ projectId });
    const path = `/templates/${id}?projectId=${projectId}`;
    const answer = await ask(path, { method: 'DELETE' });
    expect([answer.status, await answer.text()]).toEqual([
      ...[200, '{"ok":true,"message":"Template deleted"}'],
    ]);
    for (const init of [{ method: 'DELETE' }, {}, { method: 'PUT', json: { name: 'x' } }]) {
      expect(await refusal(path, init)).toMatchObject(NO_TEMPLATE);
    }
    expect((await listTemplates(projectId)).templates).toEqual([kept]);
  });

  it('87 a JSON content type with charset, in capitals, is 201; malformed is 400', async () => {
    for (const type of ['application/json; charset=utf-8', 'APPLICATION/JSON;CHARSET=UTF-8']) {
      const body = JSON.stringify(MINIMAL);
      const headers = { 'Content-Type': type };
      expect((await ask('/templates', { method: 'POST', body, headers })).status).toBe(201);
    }
    const { id } = await newTemplate();
    for (const body of ['{"name":', 'null', '[]', '"x"']) {
      for (const [path, method] of [
        ['/templates', 'POST'],
        [`/templates/${id}`, 'PUT'],
      ] as const) {
        const answer = await refusal(path, { method, body, headers: JSON_TYPE });
        expect(answer).toMatchObject({ status: 400, code: 'invalid_json' });
      }
    }
  });
});
