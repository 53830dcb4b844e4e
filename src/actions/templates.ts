import { randomHex } from '../auth/id.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import {
  type CreateTemplateBody,
  type ListTemplatesQuery,
  TEMPLATE_ID,
  TEMPLATES_MAX,
  type Template,
  type TemplateChange,
  type TemplateList,
} from '../contract/template.ts';
import { heard } from '../rpc/dispatch.ts';
import { projectDoor } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { targetProject } from './target.ts';

const NOT_FOUND = refuse('not_found', 'Template not found');

async function shelfOf(ask: Ask, projectId: string | undefined) {
  const project = await targetProject(ask, projectId);
  return project.ok ? ok(projectDoor(ask.env, project.value.id, 'templates')) : project;
}

export async function createTemplate(
  ask: Ask,
  body: CreateTemplateBody,
): Promise<Result<Template>> {
  const templates = await shelfOf(ask, body.projectId);
  if (!templates.ok) return templates;
  const random = randomHex();
  const at = new Date(ask.now).toISOString();
  const { name, description, workflow, priority, effort, acceptanceCriteria, tags } = body;
  const template: Template = {
    id: `template_${ask.now.toString(36)}_${random}`,
    name,
    description,
    workflow,
    priority: priority ?? 'normal',
    effort: effort ?? 'medium',
    ...(acceptanceCriteria ? { acceptanceCriteria } : {}),
    tags: tags ?? [],
    createdAt: at,
    updatedAt: at,
  };
  const added = await templates.value.add(template, TEMPLATES_MAX, ask.idempotency);
  return heard(ask, added);
}

/** Newest first. */
export async function listTemplates(
  ask: Ask,
  query: ListTemplatesQuery,
): Promise<Result<TemplateList>> {
  const project = await targetProject(ask, query.projectId);
  if (!project.ok) return project;
  const { id: projectId } = project.value;
  const filter = { projectId, list: 'templates' };
  const before = readCursor(query.cursor, filter, TEMPLATE_ID);
  if (!before.ok) return before;
  const { limit } = query;
  const found = await projectDoor(ask.env, projectId, 'templates').list(
    before.value ?? null,
    limit + 1,
  );
  const templates = found.slice(0, limit);
  const last = templates.at(-1);
  const more = found.length > limit && last !== undefined;
  return ok({
    templates,
    count: templates.length,
    ...(more ? { nextCursor: writeCursor(last.id, filter) } : {}),
  });
}

const isBlank = (id: string): boolean => id.trim() === '';
const BLANK = refuse('invalid_request', 'Template ID is required');

export async function getTemplate(
  ask: Ask,
  id: string,
  projectId?: string,
): Promise<Result<Template>> {
  if (isBlank(id)) return BLANK;
  const templates = await shelfOf(ask, projectId);
  if (!templates.ok) return templates;
  const template = await templates.value.find(id);
  return template === null ? NOT_FOUND : ok(template);
}

/** Changes what is given; an empty `acceptanceCriteria` takes it away. */
export async function updateTemplate(
  ask: Ask,
  id: string,
  { projectId, change }: { projectId: string | undefined; change: TemplateChange },
): Promise<Result<Template>> {
  if (isBlank(id)) return BLANK;
  const templates = await shelfOf(ask, projectId);
  if (!templates.ok) return templates;
  const changed = await templates.value.change(id, change, ask.now);
  return changed === null ? NOT_FOUND : ok(changed);
}

export async function deleteTemplate(
  ask: Ask,
  id: string,
  projectId?: string,
): Promise<Result<{ ok: true; message: string }>> {
  if (isBlank(id)) return BLANK;
  const templates = await shelfOf(ask, projectId);
  if (!templates.ok) return templates;
  const removed = await templates.value.remove(id);
  return removed ? ok({ ok: true, message: 'Template deleted' }) : NOT_FOUND;
}
