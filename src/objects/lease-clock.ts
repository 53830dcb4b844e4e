import type { HeartbeatBody } from '../contract/lease.ts';
import type { Lease } from '../contract/task.ts';
import { firstSignAt, leaseTtlMs } from '../domain/deadlines.ts';
import type { TaskState } from '../domain/task.ts';
import type { LeaseClock as View } from '../domain/view.ts';

/** Between two events of progress. */
const PROGRESS_MS = 5_000;

interface Running {
  readonly leaseId: string;
  endsAt: number;
  confirmed: boolean;
  lastHeartbeatAt?: number;
  workId: string | undefined;
  progress: Lease['progress'];
  progressToldAt: number;
  acks: Set<string>;
  /** Work that went out with a grant or a result's answer: it needs no command. */
  handedOut: string | undefined;
  tokenExpiresAt: number;
}

/**
 * What is known of the present lease in memory only. A heartbeat writes no row; an object that has lost its memory
 * gives one fresh term from its first look, for it cannot know when the last heartbeat came.
 */
export class LeaseClock {
  #running: Running | undefined;

  #of(state: TaskState, now: number): Running | undefined {
    const { lease } = state;
    if (lease === undefined) return undefined;
    if (this.#running?.leaseId !== lease.leaseId) {
      this.#running = {
        leaseId: lease.leaseId,
        endsAt: now + leaseTtlMs(state),
        confirmed: true,
        workId: undefined,
        progress: undefined,
        progressToldAt: 0,
        acks: new Set(),
        handedOut: undefined,
        tokenExpiresAt: 0,
      };
    }
    return this.#running;
  }

  /** A fresh grant: it goes back soon unless its runner shows itself. */
  grant(state: TaskState, now: number): void {
    this.#running = undefined;
    const running = this.#of(state, now);
    if (running === undefined) return;
    running.endsAt = firstSignAt(now);
    running.confirmed = false;
  }

  /** Any sign of life of the holder renews the lease. */
  renew(state: TaskState, now: number): void {
    const running = this.#of(state, now);
    if (running === undefined) return;
    running.endsAt = now + leaseTtlMs(state);
    running.confirmed = true;
    running.lastHeartbeatAt = now;
  }

  /** Takes what a heartbeat says. Returns the progress that is worth an event: changed, and not too soon. */
  beat(state: TaskState, body: HeartbeatBody, now: number): Lease['progress'] {
    this.renew(state, now);
    const running = this.#of(state, now);
    if (running === undefined) return undefined;
    running.workId = body.workId;
    for (const id of body.acks) running.acks.add(id);
    const changed = JSON.stringify(body.progress) !== JSON.stringify(running.progress);
    if (body.progress === undefined || !changed) return undefined;
    running.progress = body.progress;
    if (now - running.progressToldAt < PROGRESS_MS) return undefined;
    running.progressToldAt = now;
    return body.progress;
  }

  /** Notes the work that an answer has just brought to the runner. */
  handOut(state: TaskState, now: number): void {
    const running = this.#of(state, now);
    if (running !== undefined) running.handedOut = state.work?.workId;
  }

  told(state: TaskState, now: number): { works: readonly string[]; acks: ReadonlySet<string> } {
    const running = this.#of(state, now);
    const works = [running?.workId, running?.handedOut].filter((id) => id !== undefined);
    return { works, acks: running?.acks ?? new Set() };
  }

  /** When the lease ends if nothing more is heard, or null without one. */
  endsAt(state: TaskState, now: number): number | null {
    return this.#of(state, now)?.endsAt ?? null;
  }

  isConfirmed(state: TaskState, now: number): boolean {
    return this.#of(state, now)?.confirmed ?? false;
  }

  /** When the agent's token ends, so that it is renewed in time. */
  tokenExpiresAt(state: TaskState, now: number): number {
    return this.#of(state, now)?.tokenExpiresAt ?? 0;
  }

  tokenMinted(state: TaskState, expiresAt: number, now: number): void {
    const running = this.#of(state, now);
    if (running !== undefined) running.tokenExpiresAt = expiresAt;
  }

  view(state: TaskState, now: number): View | undefined {
    const running = this.#of(state, now);
    if (running === undefined) return undefined;
    const { endsAt, lastHeartbeatAt, workId, progress } = running;
    return {
      expiresAt: endsAt,
      ...(lastHeartbeatAt === undefined ? {} : { lastHeartbeatAt }),
      workId,
      progress,
    };
  }
}
