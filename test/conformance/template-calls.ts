// Templates, and the words that refuse them.

import { expect } from 'vitest';
import type { Template } from '../../src/contract/template.ts';
import { read, send } from '../worker/world.ts';

export const MINIMAL = { name: 'n', description: 'd', workflow: 'feature' };
export const ALL_FIELDS = {
  ...{ name: 'Endpoint', description: 'Add an endpoint', workflow: 'bugfix' },
  ...{ priority: 'urgent', effort: 'xl', acceptanceCriteria: 'All green', tags: ['b', 'a', 'b'] },
};
export const PRIORITY = 'Priority must be one of: low, normal, high, urgent';
export const EFFORT = 'Effort must be one of: xs, small, medium, large, xl';
export const TAGS = 'Tags must be a list of strings';
export const NO_TEMPLATE = { status: 404, code: 'not_found', error: 'Template not found' };
export const UNKNOWN_TEMPLATES = [
  'template_0_00000000000000000000',
  'x',
  'task_0_00000000000000000000',
];

export const x = (length: number) => 'x'.repeat(length);
export const newTemplate = async (fields: Record<string, unknown> = {}): Promise<Template> => {
  const { status, body } = await send<Template>('/templates', { ...MINIMAL, ...fields });
  expect(status).toBe(201);
  return body;
};
export const templateOf = async (id: string) => (await read<Template>(`/templates/${id}`)).body;

export interface TemplatePage {
  readonly templates: Template[];
  readonly count: number;
  readonly nextCursor?: string;
}
export const listTemplates = async (projectId: string, query = '') =>
  (await read<TemplatePage>(`/templates?projectId=${projectId}${query}`)).body;
