// Cases 76–83: making, listing and reading templates.

import { describe, expect, it } from 'vitest';
import { EFFORTS, PRIORITIES } from '../../src/contract/task.ts';
import { Template } from '../../src/contract/template.ts';
import { newProject, read } from '../worker/world.ts';
import { INSTANT, nullsIn, refusal } from './checks.ts';
import {
  ALL_FIELDS,
  EFFORT,
  listTemplates,
  MINIMAL,
  NO_TEMPLATE,
  newTemplate,
  PRIORITY,
  TAGS,
  type TemplatePage,
  templateOf,
  UNKNOWN_TEMPLATES,
  x,
} from './template-calls.ts';

const refused = (json: unknown) => refusal('/templates', { json });

describe('making a template', () => {
  it('76 all fields are 201 and echoed, with id and times', async () => {
    const template = await newTemplate(ALL_FIELDS);
    expect(template).toEqual({
      ...ALL_FIELDS,
      id: expect.stringMatching(/^template_[0-9a-z]+_[0-9a-f]{20}$/),
      createdAt: INSTANT,
      updatedAt: template.createdAt,
    });
    expect(Template.parse(template)).toEqual(template);
  });

  it('77 what is left out has its default, and no acceptance criteria', async () => {
    const { id, createdAt, updatedAt, ...rest } = await newTemplate();
    expect(rest).toEqual({ ...MINIMAL, priority: 'normal', effort: 'medium', tags: [] });
    expect(nullsIn(await templateOf(id))).toEqual([]);
    expect([createdAt, updatedAt]).toEqual([INSTANT, INSTANT]);
  });

  it('78 name, description and workflow are required, said in that order', async () => {
    const texts = {
      name: 'Template name is required',
      description: 'Template description is required',
      workflow: 'Workflow is required',
    };
    for (const [path, error] of Object.entries(texts)) {
      for (const value of [undefined, '', ' \n\t']) {
        expect(await refused({ ...ALL_FIELDS, [path]: value })).toMatchObject({
          ...{ status: 400, code: 'invalid_request', error, errors: [{ path, message: error }] },
        });
      }
      for (const value of [7, null, {}, []]) {
        expect(await refused({ ...ALL_FIELDS, [path]: value })).toMatchObject({
          ...{ status: 400, errors: expect.arrayContaining([expect.objectContaining({ path })]) },
        });
      }
    }
    expect(await refused({})).toMatchObject({ error: texts.name });
    expect(await refused({ name: 'n' })).toMatchObject({ error: texts.description });
    expect(await refused({ name: 'n', workflow: ' ' })).toMatchObject({ error: texts.description });
    expect(await refused({ name: 'n', description: 'd' })).toMatchObject({ error: texts.workflow });
  });

  it('78 then the length of the name, then priority, then effort, then tags', async () => {
    const wrong = { priority: 'bogus', effort: 'bogus', tags: 'x' };
    const long = 'Template name must be 100 characters or less';
    for (const [fields, error] of [
      [{ ...wrong, name: x(101), workflow: '' }, 'Workflow is required'],
      [{ ...wrong, name: x(101) }, long],
      [wrong, PRIORITY],
      [{ ...wrong, priority: 'low' }, EFFORT],
      [{ tags: 'x' }, TAGS],
    ] as const) {
      expect(await refused({ ...MINIMAL, ...fields })).toMatchObject({ status: 400, error });
    }
  });

  it('79 a name has at most 100 characters, without the space around it', async () => {
    const error = 'Template name must be 100 characters or less';
    expect(await refused({ ...MINIMAL, name: x(101) })).toMatchObject({ status: 400, error });
    expect((await newTemplate({ name: ` ${x(100)}\n` })).name).toBe(x(100));
    expect((await newTemplate({ name: x(100) })).name).toBe(x(100));
  });

  it('80 priority and effort have their values, and none is empty', async () => {
    for (const priority of PRIORITIES)
      expect((await newTemplate({ priority })).priority).toBe(priority);
    for (const effort of EFFORTS) expect((await newTemplate({ effort })).effort).toBe(effort);
    for (const value of ['', 'bogus', 'LOW', 1, null, []]) {
      for (const [path, error] of [
        ['priority', PRIORITY],
        ['effort', EFFORT],
      ] as const) {
        expect(await refused({ ...MINIMAL, [path]: value })).toMatchObject({
          ...{ status: 400, error, errors: [{ path, message: error }] },
        });
      }
    }
  });

  it('81 strings are trimmed; tags keep their order, and [] stays', async () => {
    const given = { name: ' n ', description: '\td\n', workflow: ' docs ' };
    expect(await newTemplate({ ...given, acceptanceCriteria: ' c ' })).toMatchObject({
      ...{ name: 'n', description: 'd', workflow: 'docs', acceptanceCriteria: 'c' },
    });
    expect((await newTemplate({ tags: ['z', 'a', 'm'] })).tags).toEqual(['z', 'a', 'm']);
    expect((await newTemplate({ tags: [] })).tags).toEqual([]);
    expect(await newTemplate({ acceptanceCriteria: ' ' })).not.toHaveProperty('acceptanceCriteria');
  });

  it('81 tags are a list of at most 20 strings of at most 50', async () => {
    const most = Array.from({ length: 20 }, () => x(50));
    expect((await newTemplate({ tags: most })).tags).toEqual(most);
    for (const tags of ['a', 7, {}, null, [7], ['a', null], [['a']]]) {
      expect(await refused({ ...MINIMAL, tags })).toMatchObject({ status: 400, error: TAGS });
    }
    for (const tags of [[...most, 'x'], [x(51)]]) {
      expect((await refused({ ...MINIMAL, tags })).status).toBe(400);
    }
  });

  it('82 the list counts, and has what was made; each is found by its id', async () => {
    const projectId = await newProject();
    expect(await listTemplates(projectId)).toEqual({ templates: [], count: 0 });
    const made = [
      await newTemplate({ projectId }),
      await newTemplate({ ...ALL_FIELDS, projectId }),
    ];
    const list = await listTemplates(projectId);
    expect(list.count).toBe(2);
    const byId = (a: Template, b: Template) => a.id.localeCompare(b.id);
    expect(list.templates.toSorted(byId)).toEqual(made.toSorted(byId));
    for (const template of made) {
      const { status, body } = await read(`/templates/${template.id}?projectId=${projectId}`);
      expect([status, body]).toEqual([200, template]);
    }
    expect((await listTemplates(await newProject())).count).toBe(0);
    const foreign = `/templates/${made[0]?.id}?projectId=${await newProject()}`;
    expect(await refusal(foreign)).toMatchObject(NO_TEMPLATE);
  });

  it('82 the list goes page by page', async () => {
    const projectId = await newProject();
    for (const name of ['a', 'b', 'c', 'd', 'e']) await newTemplate({ projectId, name });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const from = cursor === undefined ? '' : `&cursor=${cursor}`;
      const page: TemplatePage = await listTemplates(projectId, `&limit=2${from}`);
      seen.push(...page.templates.map(({ name }) => name));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen.sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'cursor=x']) {
      expect((await refusal(`/templates?${query}`)).status).toBe(400);
    }
  });

  it('83 an unknown one is 404, a blank id 400', async () => {
    for (const init of [{}, { method: 'DELETE' }, { method: 'PUT', json: { name: 'x' } }]) {
      for (const id of UNKNOWN_TEMPLATES) {
        expect(await refusal(`/templates/${id}`, init)).toMatchObject(NO_TEMPLATE);
      }
      for (const id of ['%20', '%20%09']) {
        expect(await refusal(`/templates/${id}`, init)).toMatchObject({
          ...{ status: 400, error: 'Template ID is required' },
        });
      }
    }
  });
});
