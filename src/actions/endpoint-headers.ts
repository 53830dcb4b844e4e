import type { EndpointRow } from '../db/webhook-endpoints.ts';

/** Where it is, and what it is like. */
export const endpointHeaders = ({ id, revision }: Pick<EndpointRow, 'id' | 'revision'>) => ({
  Location: `/v1/webhooks/${id}`,
  ETag: `"v${revision}"`,
});
