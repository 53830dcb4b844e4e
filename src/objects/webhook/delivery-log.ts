import {
  DELIVERIES_KEPT_MS,
  type DeliveriesAsked,
  type DeliveriesFound,
} from '../../contract/delivery.ts';
import { wantsType } from '../../domain/addressee.ts';
import { shownState } from '../../domain/delivery/settle.ts';
import { showDelivery } from './delivery-row.ts';
import type { DeliveryTable } from './delivery-table.ts';

/** Of rows that are looked through for one page: a rare kind costs several. */
const LOOKED_THROUGH_MAX = 2_000;

interface Viewed {
  readonly endpointId: string;
  readonly isHalted: boolean;
  readonly now: number;
}

/** A page of the log, newest first; it may be shorter than its limit, and more may follow. */
export function pageOfLog(
  table: DeliveryTable,
  { state, type, eventId, before, limit }: DeliveriesAsked,
  { endpointId, isHalted, now }: Viewed,
): DeliveriesFound {
  const rows: DeliveriesFound['rows'][number][] = [];
  let looked = 0;
  let last: number | null = null;
  for (const row of table.newestFirst(before)) {
    if (row.createdAt < now - DELIVERIES_KEPT_MS) break;
    if (rows.length === limit || looked++ === LOOKED_THROUGH_MAX) {
      return { rows, hasMore: true, next: last };
    }
    last = row.sequence;
    const isWanted =
      (state === undefined || state === shownState(row.state, isHalted)) &&
      (type === undefined || wantsType([type], row.type)) &&
      (eventId === undefined || eventId === row.eventId);
    if (isWanted) {
      rows.push({ ...showDelivery(endpointId, row, isHalted), sequence: row.sequence });
    }
  }
  return { rows, hasMore: false, next: null };
}
