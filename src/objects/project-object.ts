// One project: its queue, its runners, its config. It is never asked on the way to reading a task, but for why a
// queued one waits.

import { DurableObject } from 'cloudflare:workers';
import type { Config, Limits } from '../contract/config.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import { TASK_ID } from '../contract/id.ts';
import type { QueueAnswer, Runner } from '../contract/runner.ts';
import type { WaitingFor } from '../contract/task.ts';
import { RESERVATION_MS } from '../contract/timing.ts';
import { removeTasks, unknownTasks } from '../db/tasks.ts';
import { changeConfig, wholeConfig } from '../domain/config.ts';
import { obstacle, type QueueEntry } from '../domain/queue.ts';
import { taskObject } from '../rpc/stubs.ts';
import { ClaimDesk, type Claimed, type ClaimRequest } from './claim-desk.ts';
import { CLAIM_MIGRATIONS, ClaimTable } from './claim-table.ts';
import { migrate } from './migrations.ts';
import { QUEUE_MIGRATIONS, QueueTable } from './queue-table.ts';
import { RUNNER_MIGRATIONS, type RunnerFacts, RunnerTable, runnerView } from './runner-table.ts';
import { SETTINGS_MIGRATIONS, Settings } from './settings.ts';
import { Waiters } from './waiters.ts';

const MIGRATIONS = [
  ...QUEUE_MIGRATIONS,
  ...RUNNER_MIGRATIONS,
  ...CLAIM_MIGRATIONS,
  ...SETTINGS_MIGRATIONS,
];
const LIST_MAX = 100;
const REBUILD_PAGE = 100;

/** Why a queued task waits, as far as its project knows. */
export interface Explanation {
  waitingFor: WaitingFor;
  waitingDetail: Record<string, string | number | string[]>;
}

export class ProjectObject extends DurableObject<Env> {
  readonly #queue: QueueTable;
  readonly #runners: RunnerTable;
  readonly #settings: Settings;
  readonly #waiters = new Waiters();
  readonly #desk: ClaimDesk;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    migrate(ctx.storage, MIGRATIONS);
    const { sql } = ctx.storage;
    this.#queue = new QueueTable(sql);
    this.#runners = new RunnerTable(sql);
    this.#settings = new Settings(sql);
    this.#desk = new ClaimDesk({
      env,
      queue: this.#queue,
      runners: this.#runners,
      claims: new ClaimTable(sql),
      waiters: this.#waiters,
      limits: () => this.#limits(),
      reserved: () => this.#armForReservations(),
    });
  }

  /** A task says how it stands. Told twice, or late, it changes nothing. */
  applyTask(entry: QueueEntry): void {
    if (this.#queue.apply(entry)) this.#waiters.wake();
  }

  registerRunner(runner: RunnerFacts): Runner {
    this.#runners.register(runner, Date.now());
    return this.#view(runner.id) ?? neverRegistered(runner.id);
  }

  claim(request: ClaimRequest): Promise<Result<Claimed>> {
    return this.#desk.claim(request);
  }

  listRunners(): Runner[] {
    return this.#runners.all(LIST_MAX).flatMap(({ id }) => this.#view(id) ?? []);
  }

  findRunner(id: string): Runner | null {
    return this.#view(id);
  }

  /** No further claims; what it holds it may finish. */
  drainRunner(id: string): void {
    this.#runners.drain(id);
    this.#waiters.wake();
  }

  /** Forgets a runner. One that holds leases stays, unless it is forced: its leases end by their own clocks. */
  removeRunner(id: string, force: boolean): Result<null> {
    if (this.#queue.leasesOf(id) > 0 && !force) {
      return refuse('runner_busy', 'The runner still holds leases.');
    }
    this.#runners.remove(id);
    this.#waiters.wake();
    return ok(null);
  }

  /** The queue in its order, each task with what it waits for. */
  readQueue(): QueueAnswer {
    const items = this.#queue.queued(LIST_MAX).map((entry, index) => ({
      taskId: entry.taskId,
      position: index + 1,
      priority: entry.priority,
      effort: entry.effort,
      since: new Date(entry.queuedAt).toISOString(),
      ...this.#explain(entry),
    }));
    return { items, count: items.length };
  }

  /** Null: the queue does not know the task, or it does not wait. */
  explain(taskId: string): Explanation | null {
    const entry = this.#queue.find(taskId);
    return entry === null || entry.status !== 'queued' ? null : this.#explain(entry);
  }

  #explain(entry: QueueEntry): Explanation {
    const now = Date.now();
    const running = this.#queue.leases();
    const limit = this.#limits().maxConcurrentTasks;
    const online = this.#runners
      .all(LIST_MAX)
      .filter(({ id }) => this.#runners.isOnline(id, now) || this.#queue.leasesOf(id) > 0);
    const facts = { now, running, limit, isOnline: () => false };
    if (obstacle(entry, { runnerId: '', environments: [] }, facts) === 'concurrency') {
      return { waitingFor: 'concurrency', waitingDetail: { limit, running } };
    }
    const notBefore =
      entry.notBefore === null ? {} : { notBefore: new Date(entry.notBefore).toISOString() };
    return {
      waitingFor: 'runner',
      waitingDetail: { labels: [], online: online.length, ...notBefore },
    };
  }

  /** The limits as they are now: a change counts for the next claim. */
  #limits(): Limits {
    return wholeConfig('project', this.#settings.read('config')).limits;
  }

  /** The part of the config that differs from the defaults. */
  readConfigPatch(): unknown {
    return this.#settings.read('config');
  }

  /** Changes the config in one step, so that changes at the same time are both kept. */
  changeConfig(projectName: string, change: Readonly<Record<string, unknown>>): Result<Config> {
    const changed = changeConfig(projectName, this.#settings.read('config'), change);
    if (!changed.ok) return changed;
    this.#settings.write('config', changed.value.stored);
    this.#waiters.wake();
    return ok(changed.value.config);
  }

  /**
   * Writes a page of the project's rows in the listing anew, and removes those of tasks that do not exist. A row that the
   * queue does not know may be of a task that was made meanwhile: the task itself is asked.
   */
  async rebuildListing(
    projectId: string,
    after: string,
  ): Promise<{ rebuilt: number; removed: number; next: string | null }> {
    const ids = this.#queue.idsAfter(after, REBUILD_PAGE);
    const upTo = ids.length === REBUILD_PAGE ? ids.at(-1) : undefined;
    for (const id of ids) await taskObject(this.env, id).relist();
    const range = { projectId, after, upTo };
    const strangers = await unknownTasks(this.env.DB, range, ids, REBUILD_PAGE);
    const gone: string[] = [];
    for (const id of strangers) {
      const exists = TASK_ID.test(id) && (await taskObject(this.env, id).relist());
      if (!exists) gone.push(id);
    }
    const removed = gone.length === 0 ? 0 : await removeTasks(this.env.DB, gone);
    const next = (strangers.length === REBUILD_PAGE ? strangers.at(-1) : upTo) ?? null;
    return { rebuilt: ids.length, removed, next };
  }

  /** A reservation that no lease has answered is looked up: the task alone knows. */
  override async alarm(): Promise<void> {
    try {
      const stale = this.#queue.reservedBefore(Date.now() - RESERVATION_MS);
      await Promise.all(stale.map((taskId) => this.#lookUp(taskId)));
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      console.error(JSON.stringify({ event: 'alarm-failed', project: this.ctx.id.name, message }));
    } finally {
      this.#waiters.wake();
      this.#armForReservations();
    }
  }

  async #lookUp(taskId: string): Promise<void> {
    const entry = await taskObject(this.env, taskId).entry();
    this.#queue.unreserve(taskId);
    if (entry !== null) this.#queue.apply(entry);
  }

  #armForReservations(): void {
    const oldest = this.#queue.oldestReservation();
    if (oldest === null) return;
    const at = Math.max(oldest + RESERVATION_MS, Date.now() + 1_000);
    void this.ctx.storage.setAlarm(at);
  }

  #view(id: string): Runner | null {
    const runner = this.#runners.find(id);
    if (runner === null) return null;
    const projectId = this.ctx.id.name ?? '';
    return runnerView(runner, { projectId, leases: this.#queue.leasesOf(id), now: Date.now() });
  }
}

function neverRegistered(id: string): never {
  throw new Error(`Runner ${id} was registered and is not there.`);
}
