// One monitor: it asks its URL at its times, remembers what it found, and tells D1 when that means something. What people
// have set lies in D1 and is read there at each wake, so that no message has to arrive.

import { DurableObject } from 'cloudflare:workers';
import { newId } from '../../auth/id.ts';
import { EVIDENCE_CHECKS_MAX } from '../../contract/incident.ts';
import { logLine } from '../../contract/log-line.ts';
import type { Check } from '../../contract/monitor.ts';
import { findMonitorToRun } from '../../db/monitors.ts';
import { deliveryBackoffMs } from '../../domain/backoff.ts';
import { EMPTY_HISTOGRAM } from '../../domain/histogram.ts';
import { summaryOf } from '../../domain/incident-text.ts';
import { type Consequence, decideMonitor } from '../../domain/monitor.ts';
import type { MonitorStatus } from '../../domain/monitor-view.ts';
import { projectDoor } from '../../rpc/stubs.ts';
import { logAlarmFailure } from '../alarm-failure.ts';
import { hasTables, migrate } from '../migrations.ts';
import { CHECK_MIGRATIONS, type CheckSums, CheckTable, type KeptCheck } from './check-table.ts';
import { writeOutcome } from './incident-writer.ts';
import {
  type Following,
  hasSince,
  MonitorMemory,
  PENDING_MAX,
  type Remembered,
  statusOf,
} from './monitor-memory.ts';
import { probe } from './prober.ts';

/** One that rests looks so often whether it still does. */
const REST_MS = 3_600_000;
/** After a fault of ours, which must not become a loop. */
const FAULT_MS = 1_000;

interface Page {
  readonly after: string | null;
  readonly limit: number;
  readonly offset: number;
}

export class MonitorObject extends DurableObject<Env> {
  #known: { readonly memory: MonitorMemory; readonly checks: CheckTable } | undefined;
  #probing: Promise<Check> | null = null;
  #telling: Promise<void> | null = null;
  #attempts = 0;
  #retryAt = 0;

  /** The monitor was made, changed or deleted in D1. Throws while that is away. */
  async refresh(): Promise<void> {
    await this.#look();
    this.#rearm();
  }

  /** Null where it has not been told of its monitor yet, or not by this release. */
  status(): MonitorStatus | null {
    const known = this.#parts()?.memory.read();
    return known === undefined || !hasSince(known) ? null : statusOf(known);
  }

  /** Asks now, or waits with others for the answer to what is being asked. Null where there is no such monitor. */
  async check(): Promise<Check | null> {
    if (!(await this.#look())) return null;
    try {
      return await this.#probe();
    } finally {
      this.#rearm();
    }
  }

  /** A page of the newest checks. */
  checks(page: Page): { readonly rows: readonly KeptCheck[]; readonly total: number } {
    return this.#parts()?.checks.page(page) ?? { rows: [], total: 0 };
  }

  /** For metrics: what its checks in the days from `since` up to `until` come to, in milliseconds. */
  sums(since: number, until: number): CheckSums {
    const nothing = { checks: 0, failed: 0, latencies: EMPTY_HISTOGRAM };
    return this.#parts()?.checks.sums(since, until) ?? nothing;
  }

  /** For a monitor, or a project, that is gone. */
  async erase(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.#known = undefined;
  }

  override async alarm(): Promise<void> {
    let isFault = false;
    try {
      await this.#look().catch((error) => this.#log('A monitor goes on by what it knows', error));
      await this.#ring();
    } catch (error) {
      isFault = true;
      logAlarmFailure(this.ctx.id.name, error);
    } finally {
      this.#rearm(isFault ? FAULT_MS : 0);
    }
  }

  async #ring(): Promise<void> {
    const known = this.#parts()?.memory.read();
    if (known === undefined) return;
    await this.#tell();
    const isDue = MonitorMemory.slotNow(known, Date.now()) > known.slot;
    if (isDue && !known.rests) await this.#probe();
  }

  /** Reads D1. False where the monitor is gone; then nothing is left of it here. */
  async #look(): Promise<boolean> {
    const found = await findMonitorToRun(this.env, this.ctx.id.name ?? '');
    if (found === null) {
      await this.erase();
      return false;
    }
    this.#partsMade().memory.adopt(found, Date.now());
    return true;
  }

  /** Undefined where nothing was ever written: looking does not make tables. */
  #parts() {
    if (this.#known === undefined && hasTables(this.ctx.storage)) return this.#partsMade();
    return this.#known;
  }

  #partsMade() {
    if (this.#known !== undefined) return this.#known;
    const { storage } = this.ctx;
    migrate(storage, CHECK_MIGRATIONS);
    this.#known = { memory: new MonitorMemory(storage), checks: new CheckTable(storage.sql) };
    return this.#known;
  }

  #probe(): Promise<Check> {
    this.#probing ??= this.#probeOnce().finally(() => {
      this.#probing = null;
    });
    return this.#probing;
  }

  async #probeOnce(): Promise<Check> {
    const asked = this.#partsMade().memory.read();
    if (asked === undefined) throw new Error('Nothing is known of the monitor.');
    const slot = MonitorMemory.slotNow(asked, Date.now());
    const check = await probe(this.env, asked.row.config);
    const parts = this.#parts();
    const known = parts?.memory.read();
    // Meanwhile it may have been paused, changed or deleted: then the answer says nothing about it.
    const counts = known !== undefined && !known.rests && known.anchor === asked.anchor;
    if (parts === undefined || !counts) return check;
    this.ctx.storage.transactionSync(() => {
      parts.checks.add(check);
      parts.memory.write({ ...this.#judged(known, check, parts.checks), slot, last: check });
    });
    await this.#tell();
    return check;
  }

  #judged(known: Remembered, check: Check, checks: CheckTable): Remembered {
    const { sla } = known.row.config;
    const at = Date.parse(check.at);
    const since = sla === null ? 0 : Math.max(at - sla.windowMinutes * 60_000, known.anchor);
    const window = sla === null ? null : checks.window(since);
    const terms = known.row.config;
    const { verdict, follows } = decideMonitor(known.verdict, check, { terms, window });
    if (verdict.state === known.verdict.state && follows.length === 0) return { ...known, verdict };
    const evidence = { checks: checks.newest(EVIDENCE_CHECKS_MAX), failures: verdict.failures };
    const following = (one: Consequence): Following =>
      one.type === 'resolved'
        ? one
        : {
            ...one,
            id: newId('inc', at),
            checks: evidence.checks,
            summary: summaryOf(evidence, one.sla),
          };
    const outcome = { at, state: verdict.state, follows: follows.map(following) };
    const turned = verdict.state === known.verdict.state ? {} : { since: at };
    const pending = [...known.pending, outcome].slice(-PENDING_MAX);
    return { ...known, ...turned, verdict, pending };
  }

  /** Tells D1 what it has yet to hear, in order; what fails is told again. */
  #tell(): Promise<void> {
    this.#telling ??= this.#tellAll().finally(() => {
      this.#telling = null;
    });
    return this.#telling;
  }

  async #tellAll(): Promise<void> {
    for (;;) {
      const known = this.#parts()?.memory.read();
      const [first] = known?.pending ?? [];
      if (known === undefined || first === undefined) return;
      try {
        await writeOutcome(this.env, known, first);
      } catch (error) {
        this.#retryAt = Date.now() + deliveryBackoffMs(++this.#attempts);
        this.#log('An incident could not be written', error);
        return;
      }
      this.#attempts = 0;
      const { projectId } = known.row;
      const relayed = projectDoor(this.env, projectId, 'events').relay();
      // The cron takes what is left lying.
      this.ctx.waitUntil(relayed.catch(() => undefined));
      const now = this.#parts()?.memory.read();
      if (now === undefined) return;
      this.#partsMade().memory.write({
        ...now,
        pending: now.pending.filter(({ at }) => at !== first.at),
      });
    }
  }

  #rearm(waitMs = 0): void {
    const known = this.#parts()?.memory.read();
    if (known === undefined) return;
    const now = Date.now();
    const next = known.rests ? now + REST_MS : MonitorMemory.dueAt(known);
    const at = known.pending.length > 0 ? Math.min(next, this.#retryAt) : next;
    void this.ctx.storage.setAlarm(Math.max(at, now + waitMs));
  }

  #log(message: string, error: unknown): void {
    const monitor = this.ctx.id.name;
    console.error(logLine({ level: 'warn', message, monitor, error: String(error) }));
  }
}
