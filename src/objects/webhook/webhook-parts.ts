import { Waiters } from '../waiters.ts';
import { BREAKER_MIGRATIONS, BreakerTable } from './breaker-table.ts';
import { CleanUp } from './clean-up.ts';
import { Courier } from './courier.ts';
import { DeliveryPump, type PumpParts } from './delivery-pump.ts';
import { DELIVERY_MIGRATIONS, DeliveryTable } from './delivery-table.ts';
import { DeliveryTallies, SUM_MIGRATIONS } from './delivery-tallies.ts';
import { EndpointConfig } from './endpoint-config.ts';
import { ReportDesk } from './report-desk.ts';
import { REPORT_MIGRATIONS, ReportTable } from './report-table.ts';

/** In the order of their making: what is new goes to the end. */
export const WEBHOOK_MIGRATIONS: readonly string[] = [
  ...DELIVERY_MIGRATIONS,
  ...SUM_MIGRATIONS,
  ...BREAKER_MIGRATIONS,
  ...REPORT_MIGRATIONS,
];

/** The tables of an endpoint and what works on them. */
export function webhookParts(
  ctx: DurableObjectState,
  env: Env,
  told: Pick<PumpParts, 'seen' | 'gone' | 'listener'>,
) {
  const { sql } = ctx.storage;
  const id = ctx.id.name ?? '';
  const config = new EndpointConfig(env, id);
  const table = new DeliveryTable(sql);
  const tallies = new DeliveryTallies(sql);
  const health = new BreakerTable(sql);
  const reports = new ReportTable(sql);
  const reporter = new ReportDesk(env, config, reports);
  const { listener } = told;
  const waiters = new Waiters();
  const courier = new Courier(id, {
    ctx,
    env,
    table,
    tallies,
    health,
    reports,
    listener,
    reported: () => ctx.waitUntil(reporter.drain()),
    settled: () => waiters.wake(),
  });
  const pump = new DeliveryPump({ config, table, health, courier, ...told });
  return {
    config,
    table,
    tallies,
    health,
    reports,
    reporter,
    pump,
    waiters,
    cleanUp: new CleanUp(tallies),
    /** The storage is another: what memory believes is looked up again. */
    forget: (): void => {
      for (const part of [config, table, tallies, health, reports]) part.forget();
    },
  };
}
