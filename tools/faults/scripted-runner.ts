// A runner that has no agent and no repository, only the protocol, and a temper: it may fail, give back or vanish.
import { randomUUID } from 'node:crypto';
import type { ClaimAnswer, Grant, Registered } from '../../src/contract/runner.ts';
import type { Next, Work } from '../../src/contract/work.ts';
import { type Finish, Holding } from './holding.ts';
import type { Random } from './random.ts';
import { isWithin, pause } from './until.ts';
import type { World } from './world.ts';

const CLAIM_MS = 2_000;
const BEAT_MS = 2_000;
const BEAT_PAUSE_MS = 1_000;
const AGAIN_MS = 150;
/** What a person decides within this time is gone on with under the same lease. */
const HOLD_MS = 2_000;
const LINES_MAX = 20;
const SILENCE_MS_MAX = 60;

/** How much it says, and how often, at the end of a stage, each of these happens instead. */
export interface Temper {
  readonly batches: number;
  readonly fails: number;
  readonly releases: number;
  readonly vanishes: number;
}

/** Comes to its end the shortest way. */
export const GENTLE: Temper = { batches: 1, fails: 0, releases: 0, vanishes: 0 };

export class ScriptedRunner {
  temper: Temper;
  readonly #world: World;
  readonly #random: Random;
  readonly #name: string;
  #registered: Registered | undefined;

  constructor(world: World, name: string, random: Random, temper: Temper) {
    this.#world = world;
    this.#name = name;
    this.#random = random;
    this.temper = temper;
  }

  /** Claims and works until the signal, through every outage. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const grant = await this.claim(signal);
      if (grant !== undefined) await this.work(this.hold(grant), signal);
    }
  }

  hold(grant: Grant): Holding {
    return new Holding(this.#world, this.#registered?.token ?? '', grant);
  }

  /** One claim, the same one again until it is answered. */
  async claim(signal: AbortSignal): Promise<Grant | undefined> {
    const requestId = `clm_${randomUUID()}`;
    while (!signal.aborted) {
      const registered = await this.#register(signal);
      if (registered === undefined) return undefined;
      const { runner, token } = registered;
      const answer = await this.#world.api.send<ClaimAnswer>({
        path: `/runners/${runner.id}/claim`,
        body: { requestId, slots: 1, waitMs: CLAIM_MS },
        token,
        waitMs: CLAIM_MS,
      });
      if (answer.kind === 'acknowledged') return this.#granted(answer.body);
      if (answer.kind === 'refused') this.#registered = undefined;
      await pause(AGAIN_MS, signal);
    }
    return undefined;
  }

  #granted({ grants: [grant] }: ClaimAnswer): Grant | undefined {
    if (grant === undefined) return undefined;
    const { leaseId } = grant.lease;
    this.#world.report.add('leases of scripted runners');
    this.#world.ledger.note({
      taskId: grant.task.id,
      what: 'a claim',
      types: ['lease:acquired'],
      mark: leaseId,
      standing: 'acknowledged',
    });
    return grant;
  }

  async #register(signal: AbortSignal): Promise<Registered | undefined> {
    const body = { name: this.#name, instanceId: `i_${this.#name}` };
    while (this.#registered === undefined && !signal.aborted) {
      const answer = await this.#world.api.send<Registered>({ path: '/runners', body });
      if (answer.kind === 'acknowledged') this.#registered = answer.body;
      else await pause(AGAIN_MS, signal);
    }
    return this.#registered;
  }

  /** The works of one lease; heartbeats beside them, until one of both ends it. */
  async work(holding: Holding, signal: AbortSignal): Promise<void> {
    const beats = new Beats(holding);
    const beating = beats.run();
    let work: Work | undefined = holding.grant.work;
    while (work !== undefined && !beats.isOver) {
      beats.workId = work.workId;
      const finish = await this.#perform(holding, work, beats);
      if (finish === 'left') break;
      const next: Next | undefined = await holding.finish(work, finish);
      work = await this.#next(next, holding, beats, signal);
    }
    beats.end();
    await beating;
  }

  async #perform(holding: Holding, work: Work, beats: Beats): Promise<Finish | 'left'> {
    if (work.kind !== 'stage') return 'completed';
    const batches = this.#random.between(1, this.temper.batches);
    for (let batch = 0; batch < batches && !beats.isOver; batch += 1) {
      await holding.say(this.#random.between(1, LINES_MAX));
      if (batch < batches - 1) await pause(this.#random.between(1, SILENCE_MS_MAX));
    }
    if (beats.isPaused) return 'paused';
    const { fails, releases, vanishes } = this.temper;
    const draw = this.#random.next();
    if (draw < vanishes) {
      this.#world.report.add('scripted runners that vanished');
      return 'left';
    }
    if (draw < vanishes + releases) {
      await holding.release();
      return 'left';
    }
    return draw < vanishes + releases + fails ? 'failed' : 'completed';
  }

  async #next(
    next: Next | undefined,
    holding: Holding,
    beats: Beats,
    signal: AbortSignal,
  ): Promise<Work | undefined> {
    if (next === undefined || next.do === 'stop') return undefined;
    if (next.do === 'work') return next.work;
    await isWithin(HOLD_MS, () => beats.offered !== undefined || beats.isOver || signal.aborted);
    if (beats.offered === undefined && !beats.isOver) await holding.release();
    return beats.takeOffer();
  }
}

/** The heartbeats of one lease, and what they bring. */
class Beats {
  workId = '';
  isPaused = false;
  offered: Work | undefined;
  readonly #holding: Holding;
  #isEnded = false;

  constructor(holding: Holding) {
    this.#holding = holding;
  }

  get isOver(): boolean {
    return this.#holding.refusedBy !== undefined;
  }

  async run(): Promise<void> {
    while (!this.#isEnded && !this.isOver) {
      const answer = await this.#holding.beat(this.workId, BEAT_MS);
      for (const command of answer?.commands ?? []) {
        if (command.type === 'pause') this.isPaused = true;
        if (command.type === 'work' && command.data.work.workId !== this.workId) {
          this.offered = command.data.work;
        }
      }
      await isWithin(BEAT_PAUSE_MS, () => this.#isEnded || this.isOver);
    }
  }

  takeOffer(): Work | undefined {
    const work = this.offered;
    this.offered = undefined;
    return work;
  }

  end(): void {
    this.#isEnded = true;
  }
}
