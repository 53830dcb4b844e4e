import { z } from 'zod';
import { queryInteger, queryText } from './field.ts';

/** Pages reach so many items; further on there are cursors. */
export const REACH = 10_000;

const pageNumber = queryInteger('Page', 1, 10_000, 1);

/** `?page=1&limit=25`, or `?cursor=…&limit=25`; both are refused. */
export const PageQuery = z.object({
  // Without its default, for whether a page was asked for tells it from a cursor.
  page: pageNumber.unwrap().optional().meta({
    type: 'integer',
    minimum: 1,
    maximum: 10_000,
    description: 'Default 1. `page` times `limit` is at most 10,000; further on, use `cursor`.',
  }),
  limit: queryInteger('Limit', 1, 100, 25),
  cursor: queryText('Cursor', 400).optional(),
});
export type PageQuery = z.infer<typeof PageQuery>;

export const Pagination = z
  .object({
    page: z.int().nullable(),
    limit: z.int(),
    total: z.int().nullable().meta({ description: 'With `page` only.' }),
    nextCursor: z.string().nullable(),
    hasMore: z.boolean(),
  })
  .meta({ id: 'Pagination' });
export type Pagination = z.infer<typeof Pagination>;

/** A page of items, newest first. */
export interface Listing<T> {
  readonly data: readonly T[];
  readonly pagination: Pagination;
}

export const listingOf = <S extends z.ZodType>(item: S, id: string) =>
  z.object({ data: z.array(item).max(100), pagination: Pagination }).meta({ id });
