import type { Endpoint } from '../contract/webhook.ts';
import type { EndpointRow } from './webhook-endpoints.ts';

/** An endpoint as it is shown: without what it signs with. */
export const endpointView = (row: EndpointRow): Endpoint => ({
  id: row.id,
  projectId: row.projectId,
  url: row.url,
  description: row.description,
  types: [...row.types],
  environments: row.environments === null ? null : [...row.environments],
  filter:
    row.filter === null
      ? null
      : Object.fromEntries(Object.entries(row.filter).map(([path, list]) => [path, [...list]])),
  payload: row.payload,
  ordering: row.ordering,
  ratePerSecond: row.ratePerSecond,
  state: row.state,
  disabledReason: row.disabledReason,
  secretHint: row.secretHint,
  publicKey: row.edPublic,
  createdBy: row.createdBy,
  createdAt: new Date(row.createdAt).toISOString(),
  updatedAt: new Date(row.updatedAt).toISOString(),
  revision: row.revision,
});
