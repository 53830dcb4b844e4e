import { z } from 'zod';
import { queryInteger, queryText } from './field.ts';
import { ProjectId } from './id.ts';
import { TaskRow } from './task.ts';

export const ShelfQuery = z.object({
  limit: queryInteger('Limit', 1, 100, 100),
  cursor: queryText('Cursor', 200).optional(),
  projectId: ProjectId.optional(),
});

export const ShelfList = z
  .object({
    tasks: z.array(TaskRow),
    count: z.number().int().meta({ description: 'The rows in this answer.' }),
    message: z.string().meta({ description: 'Counts all of them.' }),
    nextCursor: z.string().optional(),
  })
  .meta({ id: 'ShelfList' });
export type ShelfList = z.infer<typeof ShelfList>;

export const Emptied = z
  .object({ ok: z.literal(true), deletedCount: z.number().int(), message: z.string() })
  .meta({ id: 'EmptiedTrash' });
