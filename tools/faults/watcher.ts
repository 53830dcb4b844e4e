// Somebody who watches a task by WebSocket, leaves now and then without a word, and comes back with a cursor.
import { isDeepStrictEqual } from 'node:util';
import WebSocket from 'ws';
import type { TaskEvent } from '../../src/contract/event.ts';
import type { Random } from './random.ts';
import type { Violation } from './report.ts';
import { pause } from './until.ts';

const AGAIN_MS_MAX = 600;
const FRAMES_MAX = 60;

export class Watcher {
  readonly taskId: string;
  readonly #url: string;
  readonly #frames: TaskEvent[] = [];
  readonly #random: Random;
  readonly #over = new AbortController();
  readonly #following: Promise<void>;
  #connections = 0;

  constructor(url: string, taskId: string, random: Random) {
    this.taskId = taskId;
    this.#random = random;
    this.#url = `${url.replace(/^http/, 'ws')}/stream/${taskId}`;
    this.#following = this.#follow();
  }

  get last(): number {
    return this.#frames.at(-1)?.seq ?? 0;
  }

  get connections(): number {
    return this.#connections;
  }

  async end(): Promise<void> {
    this.#over.abort();
    await this.#following;
  }

  /** Each event of the log once, in its order, as it stands there. */
  compare(log: readonly TaskEvent[]): readonly Violation[] {
    const at = log.findIndex((event, index) => !isDeepStrictEqual(this.#frames[index], event));
    if (at === -1 && this.#frames.length === log.length) return [];
    const [seen, stored] = [this.#frames[at === -1 ? log.length : at], log[at]];
    const evidence = JSON.stringify({ seen, stored, frames: this.#frames.length, log: log.length });
    return [{ taskId: this.taskId, what: 'a watcher saw something else than the log', evidence }];
  }

  async #follow(): Promise<void> {
    const { signal } = this.#over;
    while (!signal.aborted) {
      await this.#connect();
      await pause(this.#random.between(1, AGAIN_MS_MAX), signal);
    }
  }

  #connect(): Promise<void> {
    const socket = new WebSocket(`${this.#url}?after=${this.last}`);
    const drop = () => socket.terminate();
    this.#over.signal.addEventListener('abort', drop);
    socket.on('open', () => {
      this.#connections += 1;
    });
    let left = this.#random.between(1, FRAMES_MAX);
    socket.on('message', (data) => {
      // What arrives after the drop was never seen.
      if (left === 0) return;
      // The server's own frame; the comparison with the log is its check.
      const frame = JSON.parse(String(data)) as TaskEvent | { readonly type: 'task:state' };
      if (frame.type === 'task:state') return;
      this.#frames.push(frame);
      left -= 1;
      if (left === 0) drop();
    });
    socket.on('error', () => undefined);
    return new Promise((resolve) => {
      socket.on('close', () => {
        this.#over.signal.removeEventListener('abort', drop);
        resolve();
      });
    });
  }
}
