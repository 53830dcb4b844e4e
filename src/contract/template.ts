import { z } from 'zod';
import { queryInteger, queryText } from './field.ts';
import { ProjectId } from './id.ts';
import { Effort, Priority } from './task.ts';

/** The most templates of one project. */
export const TEMPLATES_MAX = 1_000;
const NAME_CHARS_MAX = 100;
const TEXT_CHARS_MAX = 20_000;
const WORKFLOW_CHARS_MAX = 100;
const TAGS_MAX = 20;
const TAG_CHARS_MAX = 50;

export const TEMPLATE_ID = /^template_[0-9a-z]{1,12}_[0-9a-f]{20}$/;

const TAGS = 'Tags must be a list of strings';
const Tags = z
  .array(
    z
      .string({ error: TAGS })
      .max(TAG_CHARS_MAX, `Tags must be ${TAG_CHARS_MAX} characters or less`),
    {
      error: TAGS,
    },
  )
  .max(TAGS_MAX, `Tags must be ${TAGS_MAX} or fewer`);

/** A text that must say something, trimmed. */
const needed = (name: string, missing: string, max: number) =>
  z
    .string({
      error: (issue) => (issue.input === undefined ? missing : `${name} must be a string`),
    })
    .trim()
    .min(1, missing)
    .max(max, `${name} must be ${max} characters or less`);

/** Priority, effort and tags as they come: they are looked at after the texts. */
const rest = {
  priority: Priority.optional(),
  effort: Effort.optional(),
  acceptanceCriteria: z
    .string({ error: 'AcceptanceCriteria must be a string' })
    .trim()
    .max(TEXT_CHARS_MAX, `AcceptanceCriteria must be ${TEXT_CHARS_MAX} characters or less`)
    .optional(),
  tags: Tags.optional(),
};

export const CreateTemplateBody = z
  .object({
    name: needed('Template name', 'Template name is required', NAME_CHARS_MAX),
    description: needed('Template description', 'Template description is required', TEXT_CHARS_MAX),
    workflow: needed('Workflow', 'Workflow is required', WORKFLOW_CHARS_MAX),
    ...rest,
    projectId: ProjectId.optional(),
  })
  .meta({ id: 'CreateTemplate' });
export type CreateTemplateBody = z.infer<typeof CreateTemplateBody>;

const changed = (name: string, max: number) =>
  z
    .string({ error: `${name} must be a string` })
    .trim()
    .min(1, `${name} cannot be empty`)
    .max(max, `${name} must be ${max} characters or less`)
    .optional();

const NOTHING = 'At least one field must be provided for update';

export const UpdateTemplateBody = z
  .object({
    name: changed('Template name', NAME_CHARS_MAX),
    description: changed('Template description', TEXT_CHARS_MAX),
    workflow: changed('Workflow', WORKFLOW_CHARS_MAX),
    ...rest,
    projectId: ProjectId.optional(),
  })
  .refine(
    ({ projectId: _, ...fields }) => Object.values(fields).some((value) => value !== undefined),
    NOTHING,
  )
  .meta({ id: 'UpdateTemplate' });
/** What a template's change may touch. */
export type TemplateChange = Omit<z.infer<typeof UpdateTemplateBody>, 'projectId'>;

export const Template = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    workflow: z.string(),
    priority: Priority,
    effort: Effort,
    acceptanceCriteria: z.string().optional(),
    tags: z.array(z.string()),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Template' });
export type Template = z.infer<typeof Template>;

export const ListTemplatesQuery = z.object({
  limit: queryInteger('Limit', 1, 100, 100),
  cursor: queryText('Cursor', 200).optional(),
  projectId: ProjectId.optional(),
});
export type ListTemplatesQuery = z.infer<typeof ListTemplatesQuery>;

export const TemplateList = z
  .object({
    templates: z.array(Template),
    count: z.number().int(),
    nextCursor: z.string().optional(),
  })
  .meta({ id: 'TemplateList' });
export type TemplateList = z.infer<typeof TemplateList>;
