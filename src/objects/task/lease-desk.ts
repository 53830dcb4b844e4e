import { keyRing } from '../../auth/signing-keys.ts';
import type { EventsAnswer } from '../../contract/batch.ts';
import { ok, type Result, refuse, TASK_NOT_FOUND } from '../../contract/error.ts';
import type {
  HeartbeatAnswer,
  HeartbeatBody,
  Command as RunnerCommand,
} from '../../contract/lease.ts';
import { type Actor, admit } from '../../contract/principal.ts';
import { WINDOW } from '../../contract/session.ts';
import type { Lease } from '../../contract/task.ts';
import { HEARTBEAT_MS } from '../../contract/timing.ts';
import type { Next, Work } from '../../contract/work.ts';
import { budgetView } from '../../domain/budget/budget-view.ts';
import type { Claim, Command, FinishWork, Ingest } from '../../domain/command.ts';
import { leaseTtlMs } from '../../domain/deadlines.ts';
import { fenceHolder } from '../../domain/decide/fence.ts';
import { takenOf } from '../../domain/decide/ingest.ts';
import { holderGates } from '../../domain/holder-gates.ts';
import type { TaskState } from '../../domain/task.ts';
import { leaseView } from '../../domain/view.ts';
import { commandsFor, nextView } from '../../domain/work-view.ts';
import type { Waiters } from '../waiters.ts';
import { agentCredential, needsRenewal } from './agent-credential.ts';
import { type GrantBody, grantBody } from './grant.ts';
import type { LeaseClock } from './lease-clock.ts';
import { Silence } from './silence.ts';
import type { TaskStore } from './task-store.ts';

export interface HeartbeatRequest {
  readonly actor: Actor;
  readonly body: HeartbeatBody;
}

/** Who writes, under which lease. */
export interface HolderFacts {
  readonly actor: Actor;
  readonly leaseId: string;
  readonly epoch: number;
}

interface Wiring {
  readonly env: Env;
  readonly store: TaskStore;
  readonly clock: LeaseClock;
  readonly waiters: Waiters;
  readonly apply: (command: Command) => Result<number>;
}

/** How soon after an answer the next heartbeat of a live runner comes at the latest. */
const SILENCE_MS = 500;
const READ_ONLY = { type: 'report-progress', progress: {} } as const;

/** Where runners are served: grants, heartbeats, events in, work and its result. */
export class LeaseDesk {
  readonly #wiring: Wiring;
  readonly #silence = new Silence();

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  get #state(): TaskState | null {
    return this.#wiring.store.state;
  }

  /** Makes sure that the caller holds the lease, without writing anything. */
  fence(holder: HolderFacts): Result<TaskState> {
    const state = this.#state;
    const { actor, leaseId, epoch } = holder;
    if (state === null) return TASK_NOT_FOUND;
    const admitted = admit(actor, state, TASK_NOT_FOUND);
    if (!admitted.ok) return admitted;
    const fenced = fenceHolder(state, { ...READ_ONLY, actor, leaseId, epoch, now: 0 });
    return fenced.ok ? ok(state) : fenced;
  }

  /** A live runner asks again at once; one that does not has its clock written down before we sleep. */
  #listen(): void {
    if (this.#wiring.store.state?.lease === undefined) return;
    this.#silence.heard(SILENCE_MS, () => {
      const { state } = this.#wiring.store;
      if (state !== null) this.#wiring.clock.writeDown(state, Date.now());
    });
  }

  /** Null when the task cannot be claimed any more: the queue goes on with the next one. */
  async claim(command: Claim): Promise<Result<GrantBody>> {
    const { clock, env, apply } = this.#wiring;
    // Before anything is granted: without a key there is no credential, and a lease would be held in vain.
    const ring = await keyRing(env, command.now);
    if (ring === null) return refuse('unavailable', 'The keys cannot be read at the moment.');
    const applied = apply(command);
    if (!applied.ok) return applied;
    const state = this.#state;
    if (state?.work === undefined || state.lease === undefined) {
      return refuse('invalid_transition', 'The task has no work to hand out.');
    }
    if (applied.value > 0) clock.grant(state, command.now);
    const credential = await agentCredential({ env, ...ring }, state, command.now);
    clock.tokenMinted(state, Date.parse(credential.agentTokenExpiresAt), command.now);
    clock.handOut(state, command.now);
    const expiresAt = clock.endsAt(state, command.now) ?? command.now;
    const ttlMs = leaseTtlMs(state);
    return ok(grantBody(state, { ...credential, expiresAt, ttlMs, nowMs: command.now }));
  }

  /** Renews the lease and takes progress. */
  beat({ actor, body }: HeartbeatRequest): Result<TaskState> {
    const { clock, apply } = this.#wiring;
    const { leaseId, epoch } = body;
    const holder = { actor, leaseId, epoch };
    const fenced = this.fence(holder);
    if (!fenced.ok) return fenced;
    const now = Date.now();
    const progress = clock.beat(fenced.value, body, now);
    if (progress !== undefined) apply({ type: 'report-progress', now, progress, ...holder });
    return this.fence(holder);
  }

  /** Takes a heartbeat, and brings commands: at once when there are any, else after `waitMs`. */
  async heartbeat(request: HeartbeatRequest): Promise<Result<HeartbeatAnswer>> {
    const { actor, body } = request;
    const { waiters } = this.#wiring;
    const { leaseId, epoch, waitMs } = body;
    const beaten = this.beat(request);
    if (!beaten.ok) return beaten;
    this.#silence.stop();
    const look = (): Result<TaskState> => this.fence({ actor, leaseId, epoch });
    const found = (now: Result<TaskState>): boolean =>
      !now.ok || this.commands(now.value, Date.now()).length > 0;
    const wait = Math.min(waitMs, HEARTBEAT_MS, leaseTtlMs(beaten.value) / 3);
    const now = await waiters.until(look, found, Date.now() + wait);
    this.#listen();
    return now.ok ? ok(await this.heard(now.value)) : now;
  }

  /** What the holder has to be told and has not acknowledged. */
  commands(state: TaskState, now: number): RunnerCommand[] {
    return commandsFor(state, this.#wiring.clock.told(state, now));
  }

  /** The answer to a heartbeat: the lease, what is commanded, and a new token in time. */
  async heard(state: TaskState): Promise<HeartbeatAnswer> {
    const { clock, env } = this.#wiring;
    const now = Date.now();
    const view = clock.view(state, now) ?? { expiresAt: now };
    const lease = leaseView(state, view);
    if (lease === undefined) throw new Error('A heartbeat was taken without a lease.');
    const commands = this.commands(state, now);
    const budget = budgetView(state, now);
    const answer = { lease, commands, budget, gates: holderGates(state), seq: state.seq };
    if (!needsRenewal(clock.tokenExpiresAt(state, now), now)) return answer;
    const ring = await keyRing(env, now);
    // The one it has is good for some minutes yet: the next heartbeat asks again.
    if (ring === null) return answer;
    const credential = await agentCredential({ env, ...ring }, state, now);
    clock.tokenMinted(state, Date.parse(credential.agentTokenExpiresAt), now);
    return { ...answer, ...credential };
  }

  ingest(command: Ingest): Result<EventsAnswer> {
    const before = this.#state === null ? 0 : takenOf(this.#state, command.producer);
    const applied = this.#wiring.apply(command);
    if (!applied.ok) return applied;
    const state = this.#state;
    if (state !== null) this.#wiring.clock.renew(state, command.now);
    return ok({
      producer: command.producer,
      acked: state === null ? before : takenOf(state, command.producer),
      seq: state?.seq ?? 0,
      duplicates: command.events.filter(({ n }) => n <= before).length,
      window: WINDOW,
    });
  }

  finishWork(command: FinishWork): Result<{ next: Next; seq: number }> {
    const applied = this.#wiring.apply(command);
    if (!applied.ok) return applied;
    const state = this.#state;
    if (state === null) return TASK_NOT_FOUND;
    if (state.lease?.runnerId === command.actor.id) this.#wiring.clock.renew(state, command.now);
    const holds = state.lease?.leaseId === command.leaseId;
    if (holds) this.#wiring.clock.handOut(state, command.now);
    if (!holds) this.#silence.stop();
    const stop = { do: 'stop', status: state.status, released: true } as const;
    return ok({ next: holds ? nextView(state) : stop, seq: state.seq });
  }

  readWork(holder: HolderFacts): Result<{ work: Work | null; next?: Next }> {
    const fenced = this.fence(holder);
    if (!fenced.ok) return fenced;
    const next = nextView(fenced.value);
    return ok(next.do === 'work' ? { work: next.work, next } : { work: null, next });
  }

  readLease(actor: Actor): Result<{ lease: Lease | null; epoch: number }> {
    const state = this.#state;
    if (state === null) return TASK_NOT_FOUND;
    const admitted = admit(actor, state, TASK_NOT_FOUND);
    if (!admitted.ok) return admitted;
    const view = this.#wiring.clock.view(state, Date.now());
    const lease = view === undefined ? undefined : leaseView(state, view);
    return ok({ lease: lease ?? null, epoch: state.epoch });
  }
}
