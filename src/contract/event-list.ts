import { z } from 'zod';
import { queryInteger, queryText } from './field.ts';
import { ProjectId } from './id.ts';
import { PlatformEvent } from './platform-event.ts';
import { isKnownWish, unknownWish } from './told-types.ts';

const TYPES_MAX = 20;

export const EventsQuery = z.object({
  projectId: ProjectId.optional(),
  type: queryText('Type', 400)
    .transform((text) => text.split(','))
    .refine((types) => types.length <= TYPES_MAX, `Type must be ${TYPES_MAX} types or fewer`)
    .superRefine((types, ctx) => {
      const unknown = types.find((type) => !isKnownWish(type));
      if (unknown !== undefined) ctx.addIssue({ code: 'custom', message: unknownWish(unknown) });
    })
    .optional()
    .meta({
      type: 'string',
      description: 'One or more, comma-separated; each exact, `group.*` or `*`.',
      example: 'deployment.*,member.invited',
    }),
  after: queryInteger('After', 0, Number.MAX_SAFE_INTEGER, 0).meta({
    description: 'The `sequence` after which the page begins.',
  }),
  limit: queryInteger('Limit', 1, 100, 25),
});
export type EventsQuery = z.infer<typeof EventsQuery>;

export const EventList = z
  .object({
    data: z.array(PlatformEvent).max(100),
    pagination: z.object({
      limit: z.int(),
      nextAfter: z.int().meta({
        description: 'The `after` of the next page; at the end, from where to go on later.',
      }),
      hasMore: z
        .boolean()
        .meta({ description: 'A page may be shorter than its limit, or empty, while it says so.' }),
    }),
  })
  .meta({ id: 'EventList' });
