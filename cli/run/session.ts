// One lease from its grant to its end: the heartbeat, the works, the holds between them.
import process from 'node:process';
import type { Command } from '../../src/contract/lease.ts';
import type { Grant } from '../../src/contract/runner.ts';
import type { Next, Work } from '../../src/contract/work.ts';
import type { Api, Refused } from './api.ts';
import { deliverResult } from './deliver-result.ts';
import { Hold } from './hold.ts';
import { cancelGraceMs, HolderCalls, isLeaseOver } from './holder-calls.ts';
import type { Bench, WorkOutcome } from './job.ts';
import { LeaseGates } from './lease-gates.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { Outbox } from './outbox.ts';
import type { RunnerLink } from './runner-link.ts';
import { sayCommand } from './say-command.ts';
import { Secrets } from './secrets.ts';
import { Spool } from './spool.ts';
import { spoolFile } from './spool-dir.ts';
import { TaskLine } from './task-line.ts';
import { Workplace } from './workplace.ts';

export type SessionEnd =
  | { readonly how: 'stopped'; readonly status: string }
  | { readonly how: 'released' }
  | { readonly how: 'lost'; readonly isCancelled: boolean };

interface SessionOptions {
  readonly api: Api;
  readonly link: RunnerLink;
  readonly grant: Grant;
  readonly bench: Bench;
  readonly stateDir: string;
  readonly graceSeconds: number | undefined;
  readonly keepWorktree: boolean;
  readonly isDraining: () => boolean;
}

export class Session {
  readonly #options: SessionOptions;
  readonly #calls: HolderCalls;
  readonly #keeper: LeaseKeeper;
  readonly #outbox: Outbox;
  readonly #workplace: Workplace;
  readonly #hold = new Hold();
  readonly #over = new AbortController();
  #end: SessionEnd | undefined;
  /** What a person is told of the task. */
  readonly line: TaskLine;
  #isDelivering = false;

  constructor(options: SessionOptions) {
    const { link, grant } = options;
    this.#options = options;
    this.#calls = new HolderCalls(link, grant);
    this.line = new TaskLine({
      taskId: grant.task.id,
      work: grant.work,
      terminal: options.bench.terminal,
    });
    this.#keeper = new LeaseKeeper({
      calls: this.#calls,
      grant,
      onCommand: (command) => this.#obey(command),
      onAgentToken: (token) => this.#workplace.renew(token),
      onOver: (refused) => this.#lose(refused),
    });
    this.#outbox = new Outbox({
      send: (events) => this.#calls.sendEvents(events, this.#over.signal),
      isFinal: isLeaseOver,
      onRefused: (refused) => this.#lose(refused),
      now: () => new Date(),
      spool: new Spool(spoolFile(options.stateDir, grant.lease.leaseId)),
      secrets: new Secrets(process.env),
    });
    this.#workplace = new Workplace({
      ...options,
      calls: this.#calls,
      signal: this.#over.signal,
      outbox: this.#outbox,
      onProgress: (progress) => this.#keeper.report(this.#outbox.mask(progress)),
      isOver: () => this.#over.signal.aborted,
      gates: new LeaseGates(this.#calls, this.#over.signal),
    });
  }

  async run(): Promise<SessionEnd> {
    const { grant, bench, keepWorktree } = this.#options;
    const beating = this.#keeper.run();
    try {
      await this.#workplace.open();
      const end = await this.#workThrough();
      this.#end ??= end;
    } finally {
      this.#keeper.stop();
      this.#over.abort();
      this.#outbox.close();
      await this.#workplace.close();
      await beating;
      bench.terminal.forget(grant.task.id);
    }
    const isDone = this.#end.how === 'stopped' && this.#end.status === 'completed';
    if (isDone && !keepWorktree) await bench.worktrees.remove(grant.task.id);
    else await bench.worktrees.close(grant.task.id);
    return this.#end;
  }

  /** The task in one line, as it is now. */
  get status(): string {
    return this.line.status(this.#outbox.spooledBytes);
  }

  /** A drain lets work finish; a hold is no work. */
  drain(): void {
    this.#hold.end();
  }

  /** The second Ctrl-C: the agent dies now and the lease goes back. */
  async kill(): Promise<void> {
    if (this.#end !== undefined) return;
    this.#end = { how: 'released' };
    this.#cut(0);
    await this.#calls.release('drain');
  }

  async #workThrough(): Promise<SessionEnd> {
    for (;;) {
      this.#keeper.workId = this.line.work.workId;
      this.#hold.begin(this.line.work.workId);
      this.#options.bench.terminal.forget(this.#options.grant.task.id);
      this.line.say(`${this.line.work.kind === 'stage' ? 'runs' : this.line.work.kind}`);
      const outcome = await this.#workplace.perform(this.line.work, this.#graceMs());
      if (this.#end !== undefined) return this.#end;
      this.line.say(
        outcome.error === undefined ? outcome.outcome : `failed: ${outcome.error.message}`,
      );
      const next = await this.#deliver(outcome);
      if (this.#end !== undefined || next === undefined) return this.#end ?? { how: 'released' };
      if (!('do' in next)) {
        this.line.say(`stops here, its result was refused: ${next.message}`);
        return this.#giveBack('error');
      }
      const work = await this.#workOf(next);
      if ('how' in work) return this.#end ?? work;
      this.line.work = work;
    }
  }

  /** Logs before results: nothing is said of the work before all its events are acked. */
  async #deliver(outcome: WorkOutcome): Promise<Next | Refused | undefined> {
    await this.#outbox.drain();
    if (this.#end !== undefined) return undefined;
    this.#isDelivering = true;
    const next = await deliverResult({
      calls: this.#calls,
      workId: this.line.work.workId,
      outcome: this.#outbox.mask(outcome),
      lastN: this.#outbox.lastN,
      signal: this.#over.signal,
    });
    this.#isDelivering = false;
    if (!('do' in next) && isLeaseOver(next)) this.#lose(next);
    return next;
  }

  async #workOf(next: Next): Promise<Work | SessionEnd> {
    switch (next.do) {
      case 'work':
        return next.work;
      case 'stop':
        this.line.say(`ends: ${next.status}`);
        return { how: 'stopped', status: next.status };
      case 'hold': {
        this.line.say(`waits at gate ${next.gates.map(({ name }) => name).join(', ')}`);
        const work = await this.#hold.wait(this.#options.isDraining() ? 0 : next.holdMs);
        if (work !== undefined) return work;
        if (this.#end !== undefined) return this.#end;
        this.line.say('is given back until its gate is decided');
        return this.#giveBack(this.#options.isDraining() ? 'drain' : 'gate');
      }
      default:
        return next satisfies never;
    }
  }

  async #giveBack(reason: string): Promise<SessionEnd> {
    this.#keeper.stop();
    await this.#calls.release(reason);
    return { how: 'released' };
  }

  #obey(command: Command): void {
    switch (command.type) {
      case 'pause':
        this.line.say(`pauses: ${command.data.reason}`);
        this.#workplace.halt({
          reason: 'pause',
          graceMs: this.#graceMs(command.data.graceMs),
          pauseReason: command.data.reason,
        });
        this.#hold.end();
        break;
      case 'cancel':
        this.#finish(true, command.data.graceMs, `was cancelled: ${command.data.reason}`);
        break;
      case 'work':
        this.#hold.offer(command.data.work);
        break;
      case 'message':
      case 'budget':
      case 'gate':
        sayCommand(this.line, command);
        break;
      default:
        command satisfies never;
    }
  }

  #lose(refused: Refused): void {
    // The result's own answer, which is on its way, says more than a heartbeat that came too late.
    if (this.#isDelivering) return;
    const graceMs = cancelGraceMs(refused);
    if (graceMs !== undefined) this.#finish(true, graceMs, 'was cancelled');
    else this.#finish(false, Number.NaN, `is no longer held by this runner (${refused.code})`);
  }

  #finish(isCancelled: boolean, graceMs: number, sentence: string): void {
    if (this.#end !== undefined) return;
    this.#end = { how: 'lost', isCancelled };
    this.line.say(`${sentence}${this.#workplace.isBusy ? '; its agent is ended' : ''}`);
    this.#cut(this.#graceMs(graceMs));
  }

  /** Nothing more is sent for the lease, and its agent ends. */
  #cut(graceMs: number): void {
    this.#keeper.stop();
    this.#over.abort();
    this.#outbox.close();
    this.#workplace.halt({ reason: 'over', graceMs });
    this.#hold.end();
  }

  /** --grace wins; then what the server asks; then what the stage says. */
  #graceMs(askedMs = Number.NaN): number {
    const { graceSeconds = this.line.work.limits.graceSeconds } = this.#options;
    const isAsked = this.#options.graceSeconds === undefined && askedMs >= 0;
    return isAsked ? askedMs : graceSeconds * 1_000;
  }
}
