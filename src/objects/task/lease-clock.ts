import type { HeartbeatBody } from '../../contract/lease.ts';
import type { Lease } from '../../contract/task.ts';
import type { ExpireLease } from '../../domain/command.ts';
import { firstSignAt, leaseTtlMs } from '../../domain/deadlines.ts';
import { sha256 } from '../../domain/digest.ts';
import type { TaskState } from '../../domain/task.ts';
import type { LeaseClock as View } from '../../domain/view.ts';
import { type ClockMemo, memoOf } from './session-memo.ts';

/** Between two events of progress. */
const PROGRESS_MS = 5_000;

/** More commands than this are never acknowledged under one lease. */
const ACKS_MAX = 1_000;

interface Running {
  readonly leaseId: string;
  endsAt: number;
  isFreshTerm: boolean;
  confirmed: boolean;
  lastHeartbeatAt?: number;
  workId: string | undefined;
  progress: Lease['progress'];
  progressToldAt: number;
  /** The digest of it. */
  progressTold: string | undefined;
  acks: Set<string>;
  /** Work that went out with a grant or a result's answer: it needs no command. */
  handedOut: string | undefined;
  tokenExpiresAt: number;
}

/** The end of a lease, written down once its runner falls silent: an idle object forgets before a term is over. */
const FRESH_TERM = 'fresh-term';
interface FreshTerm {
  readonly leaseId: string;
  readonly endsAt: number;
  /** False for a grant whose runner has not shown itself yet. */
  readonly confirmed: boolean;
}
/** `isFreshTerm`: it is written down. */
type Term = FreshTerm & Pick<Running, 'isFreshTerm'>;

/**
 * What is known of the present lease in memory. A heartbeat writes no row; the end is written down when the runner falls
 * silent, and while a session is open it remembers the clock. An object that lost its memory before that gives one fresh
 * term from its first look, for it cannot know when the last heartbeat came.
 */
export class LeaseClock {
  readonly #kv: SyncKvStorage;
  readonly #recall: (leaseId: string) => ClockMemo | undefined;
  #running: Running | undefined;

  constructor(kv: SyncKvStorage, recall: (leaseId: string) => ClockMemo | undefined) {
    this.#kv = kv;
    this.#recall = recall;
  }

  /**
   * What was written down or what a session remembers, whichever is later; else one fresh term: one a loss of memory,
   * however often the memory is lost.
   */
  #term(leaseId: string, endsAt: number, memo: ClockMemo | undefined): Term {
    const row = this.#kv.get<FreshTerm>(FRESH_TERM);
    const given = row?.leaseId === leaseId ? row : undefined;
    if (memo !== undefined) {
      const later = Math.max(memo.endsAt, given?.endsAt ?? 0);
      return { leaseId, endsAt: later, confirmed: true, isFreshTerm: given !== undefined };
    }
    const term = given ?? this.#write({ leaseId, endsAt, confirmed: true });
    return { ...term, isFreshTerm: true };
  }

  #write(term: FreshTerm): FreshTerm {
    this.#kv.put<FreshTerm>(FRESH_TERM, term);
    return term;
  }

  #of(state: TaskState, now: number, left?: ClockMemo): Running | undefined {
    const { lease } = state;
    if (lease === undefined) return undefined;
    if (this.#running?.leaseId !== lease.leaseId) {
      const memo = left ?? this.#recall(lease.leaseId);
      this.#running = {
        workId: undefined,
        progress: undefined,
        progressToldAt: 0,
        progressTold: undefined,
        handedOut: undefined,
        tokenExpiresAt: 0,
        ...memo,
        acks: new Set(memo?.acks),
        ...this.#term(lease.leaseId, now + leaseTtlMs(state), memo),
      };
    }
    return this.#running;
  }

  /** What a session is to remember of the clock. */
  memo(state: TaskState, now: number): ClockMemo | undefined {
    const running = this.#of(state, now);
    return running === undefined ? undefined : memoOf(running);
  }

  /** The runner has done what it was told, or has begun to. */
  acknowledge(state: TaskState, id: string, now: number): void {
    const acks = this.#of(state, now)?.acks;
    if (acks !== undefined && acks.size < ACKS_MAX) acks.add(id);
  }

  /** A fresh grant: it goes back soon unless its runner shows itself. */
  grant(state: TaskState, now: number): void {
    this.#running = undefined;
    const { lease } = state;
    if (lease === undefined) return;
    this.#write({ leaseId: lease.leaseId, endsAt: firstSignAt(now), confirmed: false });
  }

  /** Any sign of life of the holder renews the lease. */
  renew(state: TaskState, now: number): void {
    const running = this.#of(state, now);
    if (running === undefined) return;
    if (running.isFreshTerm) this.#kv.delete(FRESH_TERM);
    running.isFreshTerm = false;
    running.endsAt = now + leaseTtlMs(state);
    running.confirmed = true;
    running.lastHeartbeatAt = now;
  }

  /**
   * Writes the clock down, for the runner has fallen silent and the object may sleep and forget. `left` is what a
   * session that has ended remembered of it.
   */
  writeDown(state: TaskState, now: number, left?: ClockMemo): void {
    const running = this.#of(state, now, left);
    if (running === undefined || running.isFreshTerm) return;
    const { leaseId, endsAt, confirmed } = running;
    this.#write({ leaseId, endsAt, confirmed });
    running.isFreshTerm = true;
  }

  /** Takes what a heartbeat says. Returns the progress that is worth an event: changed, and not too soon. */
  beat(state: TaskState, body: HeartbeatBody, now: number): Lease['progress'] {
    this.renew(state, now);
    const running = this.#of(state, now);
    if (running === undefined) return undefined;
    running.workId = body.workId;
    for (const id of body.acks) this.acknowledge(state, id, now);
    if (body.progress === undefined) return undefined;
    running.progress = body.progress;
    // Compared with what was told: a change that came too soon is told with a later heartbeat.
    const progress = sha256(JSON.stringify(body.progress));
    if (progress === running.progressTold) return undefined;
    if (now - running.progressToldAt < PROGRESS_MS) return undefined;
    running.progressToldAt = now;
    running.progressTold = progress;
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

  /** What happens to a lease whose time is over, or null. */
  expiry(state: TaskState, now: number): ExpireLease | null {
    const running = this.#of(state, now);
    if (running === undefined || running.endsAt > now) return null;
    const { leaseId, confirmed } = running;
    return { type: 'expire-lease', now, leaseId, confirmed };
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
