import { ProjectDb } from '../../db/database.ts';
import { KeptReplies } from '../kept-replies.ts';
import { BOARD_MIGRATIONS } from './board-table.ts';
import { CLAIM_MIGRATIONS, ClaimTable } from './claim-table.ts';
import { DEPENDENCY_MIGRATIONS, DependencyTable } from './dependency-table.ts';
import { DependencyTeller } from './dependency-teller.ts';
import { DeploymentDesk } from './deployment-desk.ts';
import { DEPLOYMENT_MIGRATIONS, DeploymentTable } from './deployment-table.ts';
import { errandRunner } from './errands.ts';
import { EventDesk } from './event-desk.ts';
import { EVENT_MIGRATIONS, EventTable } from './event-table.ts';
import { feedParts } from './feed-parts.ts';
import { HealthDesk } from './health-desk.ts';
import { LeaseTable } from './lease-table.ts';
import { LedgerDesk } from './ledger-desk.ts';
import { LEDGER_MIGRATIONS, LedgerTable } from './ledger-table.ts';
import { MetricsDesk } from './metrics-desk.ts';
import { ProjectConfig } from './project-config.ts';
import { QUEUE_ADDITIONS, QUEUE_MIGRATIONS, QUEUE_TALLY, QueueTable } from './queue-table.ts';
import { heardOn } from './runner-line.ts';
import { RUNNER_ADDITIONS, RUNNER_MIGRATIONS, RunnerTable } from './runner-table.ts';
import { SETTINGS_MIGRATIONS, Settings } from './settings.ts';
import { STANDING_MIGRATIONS, StandingTable } from './standing-table.ts';
import { TASK_DAY_MIGRATIONS, TaskDays } from './task-days.ts';
import { TEMPLATE_MIGRATIONS, TemplateTable } from './template-table.ts';
import { USAGE_MIGRATIONS, UsageTable } from './usage-table.ts';

/** In the order of their making: what is new goes to the end. */
export const PROJECT_MIGRATIONS: readonly string[] = [
  ...QUEUE_MIGRATIONS,
  ...RUNNER_MIGRATIONS,
  ...CLAIM_MIGRATIONS,
  ...SETTINGS_MIGRATIONS,
  ...QUEUE_ADDITIONS,
  ...RUNNER_ADDITIONS,
  ...DEPENDENCY_MIGRATIONS,
  ...BOARD_MIGRATIONS,
  ...TEMPLATE_MIGRATIONS,
  ...EVENT_MIGRATIONS,
  ...DEPLOYMENT_MIGRATIONS,
  ...QUEUE_TALLY,
  ...TASK_DAY_MIGRATIONS,
  ...USAGE_MIGRATIONS,
  ...STANDING_MIGRATIONS,
  ...LEDGER_MIGRATIONS,
];

/** How a part has the object woken. */
export interface Waking {
  readonly armAhead: () => void;
  readonly rearm: () => void;
}

/** The tables of a project, and those of its parts that need little but tables. */
export function projectParts(ctx: DurableObjectState, env: Env, waking: Waking) {
  const { sql } = ctx.storage;
  const leases = new LeaseTable(sql);
  const runners = new RunnerTable(sql, (id) => heardOn(ctx, id));
  const settings = new Settings(sql);
  const config = new ProjectConfig(settings);
  const dependencies = new DependencyTable(sql);
  const db = new ProjectDb(env, ctx.id.name ?? '');
  const followed = feedParts(ctx, { db, runners, leases, settings, rearm: waking.rearm });
  const events = new EventTable(sql);
  const days = new TaskDays(sql);
  const usage = new UsageTable(sql);
  const desk: EventDesk = new EventDesk({
    ...waking,
    ctx,
    env,
    db,
    events,
    feed: (happenings) => followed.feed.write(happenings),
    run: errandRunner(env, {
      endpointChanged: (id) => desk.endpointChanged(id),
      deploymentChanged: (id, due) => deployments.changed(id, due),
    }),
  });
  const queue = new QueueTable(sql);
  const deployments: DeploymentDesk = new DeploymentDesk({
    ...waking,
    ctx,
    env,
    db,
    queue,
    table: new DeploymentTable(sql),
    relay: () => desk.relay(),
  });
  return {
    queue,
    leases,
    runners,
    settings,
    config,
    ledger: new LedgerDesk({ ledger: new LedgerTable(sql), queue, config }),
    claims: new ClaimTable(sql),
    dependencies,
    templates: new TemplateTable(sql),
    standing: new StandingTable(sql),
    replies: new KeptReplies(sql),
    ...followed,
    health: new HealthDesk(ctx, { settings, runners, leases, sockets: followed.sockets }),
    metrics: new MetricsDesk(days, usage),
    days,
    usage,
    teller: new DependencyTeller(env, dependencies),
    events,
    desk,
    deployments,
  };
}
