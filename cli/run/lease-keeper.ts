// The heartbeat of one lease: a call that the server holds open, so that its commands arrive at once.
import type { Command, HeartbeatAnswer } from '../../src/contract/lease.ts';
import type { Grant } from '../../src/contract/runner.ts';
import type { Answer, Refused } from './api.ts';
import { type HolderCalls, isLeaseOver } from './holder-calls.ts';
import type { Progress } from './line-protocol.ts';
import { pauseFor } from './pause-for.ts';

const PROGRESS_MS_MIN = 5_000;
/** Against a server that answers at once and has nothing to say. */
const BEAT_MS_MIN = 1_000;

interface KeeperOptions {
  readonly calls: HolderCalls;
  readonly grant: Grant;
  readonly onCommand: (command: Command) => void;
  readonly onAgentToken: (token: string) => void;
  readonly onOver: (refused: Refused) => void;
}

export class LeaseKeeper {
  /** The work in hand. */
  workId: string;
  readonly #options: KeeperOptions;
  readonly #stop = new AbortController();
  #nudge = new AbortController();
  #progress: Progress | undefined;
  #progressAt = Number.NEGATIVE_INFINITY;
  #acks = new Set<string>();
  #seen = new Set<string>();

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.workId = options.grant.work.workId;
  }

  /** Beats until the lease is over or `stop` is called. */
  async run(): Promise<void> {
    const { heartbeatMs } = this.#options.grant.lease;
    let waitMs = 0;
    while (!this.#stop.signal.aborted) {
      const startedAt = performance.now();
      const acks = [...this.#acks].slice(0, 100);
      const progress = this.#dueProgress();
      this.#nudge = new AbortController();
      const answer = await this.#beat(acks, progress, waitMs);
      if (this.#stop.signal.aborted) return;
      if (!answer.ok) {
        if (answer.code === 'stopped') continue;
        if (isLeaseOver(answer)) return this.#options.onOver(answer);
        // Not understood: the progress is the only part that a person wrote.
        this.#progress = undefined;
        await pauseFor(BEAT_MS_MIN, this.#stop.signal);
        continue;
      }
      if (progress === this.#progress) this.#progress = undefined;
      for (const id of acks) this.#acks.delete(id);
      const isNews = this.#take(answer.body);
      const restMs = Math.min(BEAT_MS_MIN, waitMs - (performance.now() - startedAt));
      if (!isNews && restMs > 0) await pauseFor(restMs, this.#stop.signal);
      waitMs = heartbeatMs;
    }
  }

  /** Sent with the next beat, at most one in five seconds; the last one wins. */
  report(progress: Progress): void {
    this.#progress = { ...this.#progress, ...progress };
    if (performance.now() - this.#progressAt >= PROGRESS_MS_MIN) this.#nudge.abort();
  }

  stop(): void {
    this.#stop.abort();
  }

  #beat(
    acks: string[],
    progress: Progress | undefined,
    waitMs: number,
  ): Promise<Answer<HeartbeatAnswer>> {
    const { workId } = this;
    const body = { workId, acks, waitMs, ...(progress === undefined ? {} : { progress }) };
    const signal = AbortSignal.any([this.#stop.signal, this.#nudge.signal]);
    return this.#options.calls.post<HeartbeatAnswer>('/lease/heartbeat', { body, signal, waitMs });
  }

  #dueProgress(): Progress | undefined {
    const now = performance.now();
    if (this.#progress === undefined || now - this.#progressAt < PROGRESS_MS_MIN) return undefined;
    this.#progressAt = now;
    return this.#progress;
  }

  #take(answer: HeartbeatAnswer): boolean {
    if (answer.agentToken !== undefined) this.#options.onAgentToken(answer.agentToken);
    for (const command of answer.commands) {
      this.#acks.add(command.id);
      if (this.#seen.has(command.id)) continue;
      this.#seen.add(command.id);
      this.#options.onCommand(command);
    }
    return answer.commands.length > 0;
  }
}
