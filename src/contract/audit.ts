import { z } from 'zod';
import { queryText } from './field.ts';
import { listingOf, PageQuery } from './listing.ts';

export const AuditEntry = z
  .object({
    id: z.string(),
    at: z.string(),
    actor: z.object({ id: z.string(), kind: z.string(), name: z.string() }),
    credential: z
      .object({ kind: z.string(), id: z.string().nullable() })
      .nullable()
      .meta({ description: 'Null where a task tells of what was done with it.' }),
    action: z.string().meta({ example: 'member.role_changed' }),
    target: z.object({ type: z.string(), id: z.string() }),
    environment: z.string().nullable(),
    outcome: z.enum(['ok', 'denied']),
    requestId: z.string().nullable(),
    ip: z.string().nullable().meta({ description: 'A /24, or a /48 of version 6.' }),
    changes: z.object({ before: z.unknown(), after: z.unknown() }).nullable(),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditList = listingOf(AuditEntry, 'AuditList');

const instant = (name: string) =>
  z.iso
    .datetime({ offset: true, error: `${name} must be an ISO 8601 time` })
    .transform((text) => Date.parse(text))
    .optional()
    .meta({ type: 'string', format: 'date-time' });

export const AuditQuery = PageQuery.extend({
  actor: queryText('Actor', 100).optional().meta({ description: 'The id of who did it.' }),
  action: queryText('Action', 100).optional(),
  target: queryText('Target', 200)
    .optional()
    .meta({ description: 'The id of what it was done to.' }),
  from: instant('From'),
  to: instant('To'),
});
export type AuditQuery = z.infer<typeof AuditQuery>;
