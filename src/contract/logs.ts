import { z } from 'zod';
import { queryCursor, queryInteger, queryText } from './field.ts';
import { LogEntry, LogLevel } from './task.ts';

export const LogsQuery = z.object({
  after: queryCursor('After').optional(),
  limit: queryInteger('Limit', 1, 1_000, 100),
  level: LogLevel.optional(),
  agent: queryText('Agent', 100).optional(),
  q: queryText('Q', 200).optional().meta({ description: 'A part of the message, in any case.' }),
});

/** Which logs are wanted. */
export type LogsWanted = Omit<z.infer<typeof LogsQuery>, 'after'> & { readonly after: number };

/** A page of a task's logs. Which of them are wanted is looked up in the log itself, so a page looks only so far. */
export const LogPage = z
  .object({
    logs: z.array(LogEntry).meta({ description: 'Oldest first.' }),
    count: z.number().int().meta({
      description: 'The logs in this answer: fewer than `limit`, even none, although more follow.',
    }),
    next: z.number().int().nullable().meta({
      description: 'The `after` of the next page. Read on until it is null.',
    }),
  })
  .meta({ id: 'LogPage' });
export type LogPage = z.infer<typeof LogPage>;
