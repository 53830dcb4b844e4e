import { z } from 'zod';
import { queryInteger, queryText } from './field.ts';
import { ProjectId } from './id.ts';
import { TASK_STATUSES, TaskRow, type TaskStatus } from './task.ts';

const statusList = `Status must be one of: ${TASK_STATUSES.join(', ')}`;
const isStatus = (text: string): text is TaskStatus =>
  (TASK_STATUSES as readonly string[]).includes(text);

export const ListTasksQuery = z.object({
  status: z
    .string({ error: 'Status must be given once, its values comma-separated' })
    .transform((text) => text.split(','))
    .refine((words): words is TaskStatus[] => words.every(isStatus), statusList)
    .optional()
    .meta({
      type: 'string',
      description: 'One status or more, comma-separated.',
      example: 'queued,in-progress',
    }),
  workflow: queryText('Workflow', 100).optional(),
  q: queryText('Q', 200)
    .optional()
    .meta({ description: 'A part of the description, in any case.' }),
  limit: queryInteger('Limit', 1, 100, 25),
  cursor: queryText('Cursor', 200).optional(),
  offset: queryInteger('Offset', 0, 1000, 0).meta({
    description: 'For old clients; not together with cursor.',
  }),
  total: z.enum(['true', 'false'], { error: 'Total must be one of: true, false' }).default('false'),
  projectId: ProjectId.optional(),
});
export type ListTasksQuery = z.infer<typeof ListTasksQuery>;

export const TaskList = z
  .object({
    tasks: z.array(TaskRow),
    count: z.number().int().meta({ description: 'The rows in this answer.' }),
    nextCursor: z.string().optional(),
    total: z.number().int().optional(),
  })
  .meta({ id: 'TaskList' });
export type TaskList = z.infer<typeof TaskList>;

export const ProjectQuery = z.object({ projectId: ProjectId.optional() });
/** A body that names nothing but the project. */
export const ProjectBody = z.object({ projectId: ProjectId.optional() });
