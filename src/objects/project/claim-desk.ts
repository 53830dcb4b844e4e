import { ok, type Result, refuse } from '../../contract/error.ts';
import type { Actor } from '../../contract/principal.ts';
import type { ClaimBody, Grant, QueueCounts } from '../../contract/runner.ts';
import { RESERVATION_MS } from '../../contract/timing.ts';
import type { ReservedSlice } from '../../domain/budget/budget-command.ts';
import { derivedId } from '../../domain/id.ts';
import { type Claimant, obstacle, pick, type Queued, type QueueFacts } from '../../domain/queue.ts';
import { taskObject } from '../../rpc/stubs.ts';
import type { Waiters } from '../waiters.ts';
import type { ClaimTable, Intent } from './claim-table.ts';
import { type Learning, learnEntry } from './learn-entry.ts';
import type { LeaseTable } from './lease-table.ts';
import type { KnownRunner, RunnerTable } from './runner-table.ts';

/** How many tasks of the queue are looked at first: mostly one of them fits, however many there are. */
const LOOK_AT_FIRST = 16;
/** How many are looked at in one go once none of those does. */
const LOOK_AT = 200;
/** How many are looked at to say why they wait. */
const COUNTED = 50;
/** The wait after which an empty claim looks again by itself: for a runner that has gone offline, a day that is over. */
const LOOK_AGAIN_MS = 15_000;

export interface ClaimRequest {
  readonly actor: Actor;
  readonly body: ClaimBody;
}

export interface Claimed {
  readonly grants: Grant[];
  readonly queue: QueueCounts;
  readonly drain: boolean;
}

interface Wiring extends Learning {
  readonly env: Env;
  readonly leases: LeaseTable;
  readonly runners: RunnerTable;
  readonly claims: ClaimTable;
  readonly waiters: Waiters;
  readonly facts: () => QueueFacts;
  readonly reserved: () => void;
}

const NOT_FOUND = refuse('not_found', 'Runner not found');

/** What a task is asked for, with the money that is kept for it. */
type Asked = Intent & { readonly slice?: ReservedSlice | undefined };

const claimantOf = ({ id, labels, environments }: KnownRunner): Claimant => ({
  runnerId: id,
  labels,
  environments,
});

/** Where runners ask for work: picks by the rule of the queue, and the task alone grants. */
export class ClaimDesk {
  readonly #wiring: Wiring;
  readonly #looks = new Map<string, Promise<void>>();

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  async claim(request: ClaimRequest): Promise<Result<Claimed>> {
    const { actor, body } = request;
    const { runners } = this.#wiring;
    const runner = runners.find(actor.id);
    if (runner === null) return NOT_FOUND;
    runners.see(actor.id, Date.now());
    const deadline = Date.now() + body.waitMs;
    for (;;) {
      const looked = await this.look(request);
      if (!looked.ok) return looked;
      const now = Date.now();
      const drain = runners.find(actor.id)?.draining ?? true;
      if (looked.value.length > 0 || drain || now >= deadline) {
        return ok({ grants: looked.value, queue: this.#counts(runner), drain });
      }
      await this.#wiring.waiters.wait(Math.min(this.#vainFor(now), deadline - now));
      runners.see(actor.id, Date.now());
    }
  }

  /** How long a look would find what this one found, unless somebody wakes us: until a backoff has passed. */
  #vainFor(now: number): number {
    const starts = this.#wiring.queue.nextStart(now);
    return starts === null ? LOOK_AGAIN_MS : Math.min(LOOK_AGAIN_MS, starts - now);
  }

  /**
   * One look for a claim, the same on both wires: what it was granted, or is granted now. Twins of one request look one
   * after the other, so that all of them find the same.
   */
  look(request: ClaimRequest): Promise<Result<Grant[]>> {
    const key = JSON.stringify([request.actor.id, request.body.requestId]);
    const before = this.#looks.get(key);
    const look =
      before === undefined ? this.#look(request) : before.then(() => this.#look(request));
    const ended = look.then(
      () => {},
      () => {},
    );
    this.#looks.set(key, ended);
    void ended.then(() => this.#looks.get(key) === ended && this.#looks.delete(key));
    return look;
  }

  async #look(request: ClaimRequest): Promise<Result<Grant[]>> {
    const { actor, body } = request;
    const { runners, claims } = this.#wiring;
    const runner = runners.find(actor.id);
    if (runner === null) return NOT_FOUND;
    const earlier = claims.of(actor.id, body.requestId);
    if (earlier.some(({ slots }) => slots !== body.slots)) {
      return refuse('request_id_reused', 'This requestId was used with other slots.');
    }
    const again = earlier.length > 0 ? await this.#grantAgain(request, runner, earlier) : [];
    return ok(again.length > 0 ? again : await this.#grantUpTo(request, runner));
  }

  /**
   * A lost answer, a retry: the same claim has the same grants while their leases live. What has gone back to the queue
   * is forgotten, for it is granted by the rule of the queue alone.
   */
  async #grantAgain(
    request: ClaimRequest,
    runner: KnownRunner,
    intents: readonly Intent[],
  ): Promise<Grant[]> {
    const { leases, claims, ledger } = this.#wiring;
    const grants: Grant[] = [];
    for (const intent of intents) {
      if (!leases.isWith(intent.taskId, runner.id)) {
        claims.drop(intent.leaseId);
        continue;
      }
      // The task may never have heard of the first time: it is asked with the same money.
      const slice = ledger.keptFor(intent, Date.now());
      const grant = await this.#ask(request, runner, { ...intent, slice });
      if (grant !== null) grants.push(grant);
    }
    return grants;
  }

  async #grantUpTo(request: ClaimRequest, runner: KnownRunner): Promise<Grant[]> {
    const { leases, claims, ledger, reserved, runners } = this.#wiring;
    const { body, actor } = request;
    const grants: Grant[] = [];
    const passed = new Set<string>();
    while (grants.length < body.slots && !(runners.find(actor.id)?.draining ?? true)) {
      if (leases.countOf(actor.id) >= runner.capacity) break;
      const entry = this.#pick(runner, passed);
      if (entry === undefined) break;
      const now = Date.now();
      passed.add(entry.taskId);
      const leaseId = derivedId('lse', now, actor.id, body.requestId, entry.taskId, entry.seq);
      const intent = { taskId: entry.taskId, leaseId, slots: body.slots };
      const { slice, none } = ledger.reserve(entry, leaseId, now);
      if (none !== undefined) continue;
      leases.reserve(entry.taskId, actor.id, now);
      claims.add(actor.id, body.requestId, intent, now);
      reserved();
      const grant = await this.#ask(request, runner, { ...intent, slice });
      if (grant !== null) grants.push(grant);
    }
    return grants;
  }

  /** Page by page in the queue's order, so that what this runner may not have does not hide what it may. */
  #pick(runner: KnownRunner, passed: ReadonlySet<string>): Queued | undefined {
    const { queue } = this.#wiring;
    const claimant = claimantOf(runner);
    const facts = this.#wiring.facts();
    if (facts.running >= facts.limit) return undefined;
    for (let offset = 0, size = LOOK_AT_FIRST; ; offset += size, size = LOOK_AT) {
      const page = queue.queued(size, offset);
      const candidates = page.filter(({ taskId }) => !passed.has(taskId));
      const entry = pick(candidates, claimant, facts);
      if (entry !== undefined || page.length < size) return entry;
    }
  }

  /** Asks the task for the lease. A refusal frees the reservation, for the task has moved on. */
  async #ask(
    request: ClaimRequest,
    runner: KnownRunner,
    { taskId, leaseId, slice }: Asked,
  ): Promise<Grant | null> {
    const { env, leases, ledger, claims } = this.#wiring;
    const granted = await taskObject(env, taskId).claim({
      type: 'claim',
      now: Date.now(),
      actor: request.actor,
      leaseId,
      runnerId: runner.id,
      runnerName: runner.name,
      slice,
    });
    if (granted.ok) {
      leases.confirm(taskId, runner.id, granted.value.seq);
      return { ...granted.value, requestId: request.body.requestId };
    }
    leases.unreserve(taskId, runner.id);
    ledger.free(taskId, leaseId);
    claims.drop(leaseId);
    const entry = await taskObject(env, taskId).entry();
    if (entry !== null) learnEntry(this.#wiring, entry);
    return null;
  }

  /** A reservation that no lease has answered is looked up: the task alone knows. */
  async lookUp(): Promise<void> {
    const { env, leases, ledger } = this.#wiring;
    const stale = leases.reservedBefore(Date.now() - RESERVATION_MS);
    await Promise.all(
      stale.map(async (taskId) => {
        const entry = await taskObject(env, taskId).entry();
        leases.unreserve(taskId);
        if (!entry?.leased) ledger.free(taskId);
        if (entry !== null) learnEntry(this.#wiring, entry);
      }),
    );
  }

  /** What waits, and why; null for a runner that is gone. */
  counts(runnerId: string): QueueCounts | null {
    const runner = this.#wiring.runners.find(runnerId);
    return runner && this.#counts(runner);
  }

  /** Why what is queued is not this runner's: an empty claim says it. */
  #counts(runner: KnownRunner): QueueCounts {
    const claimant = claimantOf(runner);
    const facts = this.#wiring.facts();
    const waiting = { dependency: 0, concurrency: 0, budget: 0, labels: 0, backoff: 0 };
    let claimable = 0;
    for (const entry of this.#wiring.queue.queued(COUNTED)) {
      const why = obstacle(entry, claimant, facts);
      if (why === null) claimable += 1;
      else waiting[why] += 1;
    }
    waiting.dependency = this.#wiring.queue.blockedIn(null, COUNTED).length;
    return { claimable, waiting };
  }
}
