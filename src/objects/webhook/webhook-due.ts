import { endpointDueAt } from '../../domain/delivery/delivery-due.ts';
import type { ListenerDesk } from './listener-desk.ts';
import type { webhookParts } from './webhook-parts.ts';

/** Of one that is disabled and holds something, this often it is asked whether it still is. */
const HALTED_LOOK_MS = 3_600_000;

type Parts = Omit<ReturnType<typeof webhookParts>, 'forget'> & { readonly listener: ListenerDesk };

/** When the object of an endpoint has to wake; null: when it is asked. */
export function webhookDueAt(parts: Parts, now: number): number | null {
  const { pump, config, reporter, cleanUp, health, table, listener } = parts;
  const holds = health.isHalted && table.isWaiting;
  return endpointDueAt({
    turnAt: pump.dueAt(now),
    lookAt: config.retryAt ?? (holds ? now + HALTED_LOOK_MS : null),
    reportAt: reporter.dueAt(now),
    cleanUpAt: cleanUp.dueAt,
    listenerEndsAt: listener.dueAt(),
  });
}
