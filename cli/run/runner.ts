// The loop of `sluice run`: claim while there is room, a session for each grant.
import { randomUUID } from 'node:crypto';
import type { ClaimAnswer, Grant } from '../../src/contract/runner.ts';
import { CommandError, EXIT } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';
import type { Answer, Api, Refused } from './api.ts';
import type { Bench } from './job.ts';
import { pauseFor } from './pause-for.ts';
import { queueSentence } from './queue-sentence.ts';
import type { RunnerLink } from './runner-link.ts';
import { Session, type SessionEnd } from './session.ts';

const CLAIM_WAIT_MS = 25_000;
/** How long the end of a claim may take that was given up. */
const SETTLE_MS_MAX = 1_000;
const EMPTY_CLAIM_MS_MIN = 500;

interface RunnerOptions {
  readonly api: Api;
  readonly link: RunnerLink;
  readonly bench: Bench;
  readonly terminal: Terminal;
  readonly stateDir: string;
  readonly concurrency: number;
  readonly once: boolean;
  readonly graceSeconds: number | undefined;
  readonly keepWorktrees: boolean;
}

export class Runner {
  readonly #options: RunnerOptions;
  readonly #sessions = new Map<Session, Promise<void>>();
  readonly #claiming = new AbortController();
  #isDraining = false;
  #isKilled = false;
  #hasClaimed = false;
  #exitCode: number = EXIT.ok;
  /** What the last claim found, in a sentence. */
  #queue = '';
  #told = '';

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Runs until it is drained, or with `once` until one task has ended; gives the exit code. */
  async run(): Promise<number> {
    const { link, concurrency, terminal } = this.#options;
    const registered = await link.register(this.#claiming.signal);
    if (this.#isDraining) return this.#exitCode;
    if (!registered.ok) throw refusalOf(registered);
    terminal.say(
      `${registered.body.runner.name} is registered as ${link.runnerId} and waits for tasks.`,
    );
    terminal.follow(() => this.#status());
    const slotsMax = this.#options.once ? 1 : concurrency;
    while (!this.#isDraining) {
      if (this.#sessions.size >= slotsMax) await Promise.race(this.#sessions.values());
      else await this.#claim(slotsMax - this.#sessions.size);
    }
    await Promise.all(this.#sessions.values());
    return this.#isKilled ? EXIT.interrupted : this.#exitCode;
  }

  /** First signal: no new work. Second: no work at all. */
  interrupt(): void {
    const { terminal } = this.#options;
    if (!this.#isDraining) {
      this.#drain();
      void this.#options.link.drain();
      const waiting = [...this.#sessions.keys()].map((session) => session.line.label);
      if (waiting.length > 0) {
        terminal.say(`No new tasks; waiting for ${waiting.join(', ')}. Once more ends the agents.`);
      }
      return;
    }
    if (this.#isKilled) return;
    this.#isKilled = true;
    terminal.say('Ending the agents and giving their tasks back.');
    for (const session of this.#sessions.keys()) void session.kill();
  }

  /** A line a task, and why there is room for more. */
  #status(): readonly string[] {
    const tasks = [...this.#sessions.keys()].map((session) => session.status);
    if (this.#isDraining) return [...tasks, 'No new tasks. Ctrl-C ends the agents.'];
    const hasRoom = tasks.length < (this.#options.once ? 1 : this.#options.concurrency);
    return hasRoom ? [...tasks, this.#queue || 'Waits for tasks.'] : tasks;
  }

  /** Said once, where nobody sees it all the time. */
  #tellQueue(sentence: string): void {
    this.#queue = sentence;
    if (sentence === '' || sentence === this.#told || this.#options.terminal.isLive) return;
    this.#told = sentence;
    this.#options.terminal.say(sentence);
  }

  #drain(): void {
    this.#isDraining = true;
    this.#claiming.abort();
    for (const session of this.#sessions.keys()) session.drain();
  }

  async #claim(slots: number): Promise<void> {
    const requestId = `clm_${randomUUID()}`;
    const startedAt = performance.now();
    // The first is answered at once, so that a person learns why nothing runs.
    const waitMs = this.#hasClaimed ? CLAIM_WAIT_MS : 0;
    this.#hasClaimed = true;
    const answer = await this.#ask(requestId, slots, waitMs, this.#claiming.signal);
    if (!answer.ok) {
      if (this.#isDraining) return this.#settle(requestId, slots);
      if (answer.status === 401 || answer.status === 403) throw refusalOf(answer);
      // The runner was removed, or the server lost it: it registers anew and goes on.
      if (answer.status === 404) {
        const registered = await this.#options.link.register(this.#claiming.signal);
        if (!registered.ok && !this.#isDraining) throw refusalOf(registered);
      }
      return pauseFor(EMPTY_CLAIM_MS_MIN, this.#claiming.signal);
    }
    const { grants, drain, queue, retryAfterMs } = answer.body;
    this.#tellQueue(grants.length === 0 ? queueSentence(queue) : '');
    for (const grant of grants) this.#start(grant);
    if (drain) {
      this.#options.terminal.say('The server asks this runner to drain.');
      return this.#drain();
    }
    if (grants.length > 0) return;
    const wasHeld = performance.now() - startedAt >= EMPTY_CLAIM_MS_MIN;
    await pauseFor(Math.max(retryAfterMs, wasHeld ? 0 : EMPTY_CLAIM_MS_MIN), this.#claiming.signal);
  }

  #ask(
    requestId: string,
    slots: number,
    waitMs: number,
    signal: AbortSignal,
  ): Promise<Answer<ClaimAnswer>> {
    const { link } = this.#options;
    const path = `/runners/${link.runnerId}/claim`;
    return link.call<ClaimAnswer>({ path, body: { requestId, slots, waitMs }, signal, waitMs });
  }

  /** A claim that was given up may have been granted: what it got goes straight back. */
  async #settle(requestId: string, slots: number): Promise<void> {
    const answer = await this.#ask(requestId, slots, 0, AbortSignal.timeout(SETTLE_MS_MAX));
    if (!answer.ok) return;
    for (const grant of answer.body.grants) await this.#session(grant).kill();
  }

  #start(grant: Grant): void {
    const session = this.#session(grant);
    const running = session
      .run()
      .then((end) => this.#ended(end))
      .catch((error: unknown) => {
        this.#exitCode = EXIT.error;
        this.#options.terminal.warn(`${grant.task.id}: ${String(error)}`);
      })
      .finally(() => this.#sessions.delete(session));
    this.#sessions.set(session, running);
  }

  #session(grant: Grant): Session {
    const { api, link, bench, stateDir, graceSeconds, keepWorktrees } = this.#options;
    return new Session({
      api,
      link,
      grant,
      bench,
      stateDir,
      graceSeconds,
      keepWorktree: keepWorktrees,
      isDraining: () => this.#isDraining,
    });
  }

  /** With `once` the first task that reached its end decides; one that was given back goes on later. */
  #ended(end: SessionEnd): void {
    if (!this.#options.once) return;
    const isCancelled = end.how === 'lost' && end.isCancelled;
    const status = end.how === 'stopped' ? end.status : '';
    const isFailed = isCancelled || status === 'failed' || status === 'cancelled';
    if (isFailed) this.#exitCode = EXIT.taskFailed;
    if (isFailed || status === 'completed') this.#drain();
  }
}

const refusalOf = (refused: Refused): CommandError => {
  if (refused.status === 401) {
    return new CommandError(
      `The server wants a sign-in: set SLUICE_TOKEN to a token with tasks:run (${refused.message}).`,
      EXIT.signInNeeded,
    );
  }
  return new CommandError(`The server refused this runner: ${refused.message} (${refused.code}).`);
};
