import type { EndpointRow } from '../../db/webhook-endpoints.ts';
import type { KeptReport } from './report-table.ts';

/** The endpoint in what is told of it: as it is shown, without its secrets, and as the report leaves it. */
export function endpointData(row: EndpointRow, { at, report }: KeptReport) {
  const { id, projectId, url, description, types, environments, filter, payload } = row;
  const { ordering, ratePerSecond, edPublic, createdBy } = row;
  const isDisabled = report.kind === 'disabled';
  return {
    id,
    projectId,
    url,
    description,
    types,
    environments,
    filter,
    payload,
    ordering,
    ratePerSecond,
    state: isDisabled ? 'disabled' : row.state,
    disabledReason: isDisabled ? report.reason : row.disabledReason,
    publicKey: edPublic,
    createdBy,
    createdAt: new Date(row.createdAt).toISOString(),
    updatedAt: new Date(isDisabled ? at : row.updatedAt).toISOString(),
    revision: row.revision + (isDisabled ? 1 : 0),
  };
}
