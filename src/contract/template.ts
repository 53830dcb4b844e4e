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

/** A text that must say something. It is trimmed; what its length may be is checked after all that is missing. */
const needed = (name: string, missing: string) =>
  z
    .string({
      error: (issue) => (issue.input === undefined ? missing : `${name} must be a string`),
    })
    .trim()
    .min(1, missing);

/** The order in which the reference names what is wrong: what is missing, then what is too long, then the rest. */
const length = (value: string | undefined, name: string, max: number, words: string) =>
  value !== undefined && value.length > max ? [{ path: [name], message: words }] : [];

interface Lengths {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly workflow?: string | undefined;
}

const tooLong = ({ name, description, workflow }: Lengths) => [
  ...length(
    name,
    'name',
    NAME_CHARS_MAX,
    `Template name must be ${NAME_CHARS_MAX} characters or less`,
  ),
  ...length(
    description,
    'description',
    TEXT_CHARS_MAX,
    `Template description must be ${TEXT_CHARS_MAX} characters or less`,
  ),
  ...length(
    workflow,
    'workflow',
    WORKFLOW_CHARS_MAX,
    `Workflow must be ${WORKFLOW_CHARS_MAX} characters or less`,
  ),
];

const checkLengths = (value: Lengths, ctx: z.RefinementCtx<unknown>): void => {
  for (const { path, message } of tooLong(value)) {
    ctx.addIssue({ code: 'custom', path, message, input: value });
  }
};

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
    name: needed('Template name', 'Template name is required'),
    description: needed('Template description', 'Template description is required'),
    workflow: needed('Workflow', 'Workflow is required'),
    ...rest,
    projectId: ProjectId.optional(),
  })
  .superRefine(checkLengths)
  .meta({ id: 'CreateTemplate' });
export type CreateTemplateBody = z.infer<typeof CreateTemplateBody>;

const changed = (name: string, label: string) =>
  z
    .string({ error: `${label} must be a string` })
    .trim()
    .min(1, `${name} cannot be empty`)
    .optional();

const NOTHING = 'At least one field must be provided for update';

export const UpdateTemplateBody = z
  .object({
    name: changed('Template name', 'Template name'),
    description: changed('Template description', 'Template description'),
    workflow: changed('Workflow', 'Workflow'),
    ...rest,
  })
  .superRefine(checkLengths)
  .refine((fields) => Object.values(fields).some((value) => value !== undefined), NOTHING)
  .meta({ id: 'UpdateTemplate' });
export type UpdateTemplateBody = z.infer<typeof UpdateTemplateBody>;

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
