import process from 'node:process';
import type { ListenDelivery, ListenReady, ListenResult } from '../../src/contract/listen.ts';
import { CommandError, EXIT } from '../exit-code.ts';
import { pauseFor } from '../run/pause-for.ts';
import { printableText, type Terminal } from '../terminal.ts';
import { connect, type Ended } from './connection.ts';
import { forward } from './forward.ts';
import { refusalOf } from './refused-upgrade.ts';

const BACKOFF_MS_MIN = 250;
const BACKOFF_MS_MAX = 10_000;

/** Ends that another try cannot change, and what the shell is told. */
const FINAL: Readonly<Record<number, number>> = {
  4400: EXIT.usage,
  4401: EXIT.signInNeeded,
  4403: EXIT.error,
  4404: EXIT.error,
  4409: EXIT.error,
  4429: EXIT.error,
};

/** Where to look, beside the sentence of the server. */
const POINTERS: Readonly<Record<number, string>> = {
  4401: 'Set SLUICE_TOKEN to a token with the scope webhooks:write.',
  4403: 'SLUICE_TOKEN is the credential; --project names the project.',
};

interface ListenerOptions {
  /** Where the server listens for listeners, with the query. */
  readonly url: string;
  readonly token: string | undefined;
  /** Null: only the secret is wanted. */
  readonly target: URL | null;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** Receives what is sent to the endpoint of this machine and hands it on, until it is interrupted. */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #over = new AbortController();
  #failures = 0;
  #isTold = false;
  #secret = '';

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** Throws what no further try would change. */
  async run(): Promise<void> {
    const { url, token, terminal } = this.#options;
    const signal = AbortSignal.any([this.#options.signal, this.#over.signal]);
    while (!signal.aborted) {
      const ended = await connect({
        url: url.replace(/^http/, 'ws'),
        token,
        signal,
        onFrame: (frame, answer) => {
          if (frame.type === 'ready') this.#welcome(frame);
          else void this.#deliver(frame, answer);
        },
      });
      if (signal.aborted) return;
      const exitCode = FINAL[ended.code];
      if (exitCode !== undefined) throw new CommandError(sentenceOf(ended), exitCode);
      const refusal = ended.wasOpen ? undefined : await refusalOf(url, token, signal);
      if (refusal !== undefined) throw new CommandError(refusal);
      if (!this.#isTold) terminal.warn(`Not connected to ${hostOf(url)}; trying on.`);
      this.#isTold = true;
      await pauseFor(backoffMs(this.#failures++), signal);
    }
  }

  #welcome({ endpointId, secret }: ListenReady): void {
    const { terminal, target, url } = this.#options;
    if (target === null) {
      process.stdout.write(`${printableText(secret)}\n`);
      this.#over.abort();
      return;
    }
    if (this.#isTold) terminal.say(`Connected to ${hostOf(url)} again.`);
    this.#isTold = false;
    this.#failures = 0;
    if (this.#secret === secret) return;
    this.#secret = secret;
    terminal.say(`Listening as ${endpointId}, forwarding to ${target.href}`);
    terminal.say(`The signing secret is ${secret}`);
  }

  async #deliver(delivery: ListenDelivery, answer: (text: string) => void): Promise<void> {
    const { target, signal } = this.#options;
    if (target === null) return;
    const { status, durationMs, trouble } = await forward(target, delivery, signal);
    // What was cut off here is nobody's result: the server tries it again.
    if (signal.aborted) return;
    const { deliveryId, attempt, headers } = delivery;
    const result: ListenResult = { type: 'result', deliveryId, attempt, status, durationMs };
    answer(JSON.stringify(result));
    const type = headers['sluice-event-type'] ?? '';
    const id = headers['webhook-id'] ?? '';
    const tried = attempt === 1 ? '' : ` (try ${attempt})`;
    const line = `${clock()}  ${type}  ${id}  ${status ?? trouble} in ${durationMs} ms${tried}`;
    // Others choose these texts, and none of them steers the terminal.
    process.stdout.write(`${printableText(line)}\n`);
  }
}

const sentenceOf = ({ code, reason }: Ended): string => {
  const pointer = POINTERS[code];
  return pointer === undefined ? reason : `${reason} ${pointer}`;
};

const backoffMs = (failures: number): number =>
  Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** Math.min(failures, 10)) *
  (0.5 + Math.random() / 2);

const hostOf = (url: string): string => new URL(url).origin;

const clock = (): string => new Date().toTimeString().slice(0, 8);
