import { z } from 'zod';
import { PROJECT_ID, TASK_ID } from './id.ts';

export const TICKET_MS = 30_000;

export const StreamTicketBody = z
  .strictObject({
    taskId: z.string().regex(TASK_ID, 'TaskId must be the id of a task').optional(),
    projectId: z.string().regex(PROJECT_ID, 'ProjectId must be the id of a project').optional(),
  })
  .refine(
    ({ taskId, projectId }) => (taskId === undefined) !== (projectId === undefined),
    'Either taskId or projectId is required',
  )
  .meta({ id: 'CreateStreamTicket' });
export type StreamTicketBody = z.infer<typeof StreamTicketBody>;

export const StreamTicket = z
  .object({
    ticket: z.string().nullable().meta({
      description: 'Shown once: null in the answer to a repetition with the same Idempotency-Key.',
      example: 'slc_wst_…',
    }),
    expiresAt: z.iso.datetime(),
    secretAlreadyShown: z.literal(true).optional(),
  })
  .meta({ id: 'StreamTicket' });
export type StreamTicket = z.infer<typeof StreamTicket>;
