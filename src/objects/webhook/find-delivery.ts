// A delivery by its id, as it is or as soon as there is news of it.

import { DELIVERIES_KEPT_MS, type WholeDelivery } from '../../contract/delivery.ts';
import { deliveryId, sequenceOf } from '../../domain/delivery/delivery-id.ts';
import type { Waiters } from '../waiters.ts';
import type { BreakerTable } from './breaker-table.ts';
import { type DeliveryRow, showWhole } from './delivery-row.ts';
import type { DeliveryTable } from './delivery-table.ts';

interface Parts {
  readonly table: DeliveryTable;
  readonly health: BreakerTable;
  readonly waiters: Waiters;
}

export interface NewsAsked {
  /** The number of the last attempt that is known. */
  readonly after: number;
  readonly waitMs: number;
}

/** Null for an id that is not of this endpoint, or no longer. */
export function findRow(
  { table }: Pick<Parts, 'table'>,
  endpointId: string,
  id: string,
): DeliveryRow | null {
  const sequence = sequenceOf(endpointId, id);
  const row = sequence === null ? null : table.find(sequence);
  if (row === null || deliveryId(endpointId, row.sequence, row.createdAt) !== id) return null;
  // Of an endpoint that has nothing to do, what is old may not be dropped yet.
  return row.createdAt < Date.now() - DELIVERIES_KEPT_MS ? null : row;
}

/** As people see it, once there is the attempt that is asked for or the wait is over. */
export function findWhole(
  parts: Parts,
  {
    endpointId,
    id,
    after,
    waitMs,
  }: NewsAsked & { readonly endpointId: string; readonly id: string },
): Promise<WholeDelivery | null> {
  const look = (): WholeDelivery | null => {
    const row = findRow(parts, endpointId, id);
    return row === null ? null : showWhole(endpointId, row, parts.health.isHalted);
  };
  const isNews = (found: WholeDelivery | null): boolean =>
    found === null || (found.attempts.at(-1)?.n ?? 0) > after;
  return parts.waiters.until(look, isNews, Date.now() + waitMs);
}
