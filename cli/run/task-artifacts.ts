// What a task leaves behind: files that the agent names, and the runner's own patches.
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Terminal } from '../terminal.ts';
import type { HolderCalls } from './holder-calls.ts';
import type { AskedArtifact } from './line-protocol.ts';
import type { Outbox } from './outbox.ts';
import { readTreeFile } from './tree-file.ts';

const LEFT_MAX = 100;
const BYTES_MAX = 16_777_216;
const PLAIN = 'application/octet-stream';
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.txt': 'text/plain',
  '.log': 'text/plain',
  '.md': 'text/markdown',
  '.csv': 'text/csv',
  '.json': 'application/json',
  '.html': 'text/html',
  '.diff': 'text/x-diff',
  '.patch': 'text/x-diff',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.zip': 'application/zip',
  '.gz': 'application/gzip',
};

interface Wiring {
  readonly calls: HolderCalls;
  readonly outbox: Outbox;
  readonly bench: { readonly terminal: Terminal };
  readonly signal: AbortSignal;
}

/** The artifacts of one lease, sent one at a time. */
export class TaskArtifacts {
  readonly #wiring: Wiring;
  #last: Promise<unknown> = Promise.resolve();
  #left = 0;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  /** Sends a file of the work tree as it is now, if the agent may name it. What goes wrong stands in the log. */
  leave(tree: string, asked: AskedArtifact): void {
    this.#left += 1;
    if (this.#left > LEFT_MAX) {
      if (this.#left === LEFT_MAX + 1) this.#warn(`A lease leaves at most ${LEFT_MAX} artifacts.`);
      return;
    }
    const file = readTreeFile(tree, asked.path, BYTES_MAX);
    this.#last = this.#last.then(async () => {
      const read = await file;
      const shown = JSON.stringify(asked.path.slice(0, 200));
      if (typeof read === 'string') return this.#warn(`The artifact ${shown} ${read}.`);
      const name = asked.name ?? path.basename(asked.path);
      const content = this.#masked(asked.type, read);
      const sent = await this.put({ name, type: asked.type, content });
      return sent === undefined ? undefined : this.#warn(`The artifact ${shown}: ${sent}`);
    });
  }

  /** Resolves once all that was left so far is there, or was refused. */
  async settled(): Promise<void> {
    await this.#last;
  }

  /** Undefined when it is there, else why not. */
  async put(file: {
    readonly name: string;
    readonly type: string;
    readonly content: Uint8Array;
  }): Promise<string | undefined> {
    const { calls, signal } = this.#wiring;
    const { name, type, content } = file;
    const digest = createHash('sha256').update(content).digest('base64');
    const headers = {
      'content-type': CONTENT_TYPES[path.extname(name).toLowerCase()] ?? PLAIN,
      'content-digest': `sha-256=:${digest}:`,
    };
    const answer = await calls.putArtifact({ name, type, content, headers }, signal);
    return answer.ok ? undefined : answer.message;
  }

  /** The newest version of a name, if it is the one of this digest. */
  async get(name: string, sha256: string): Promise<Uint8Array | undefined> {
    const { calls, signal } = this.#wiring;
    const answer = await calls.getArtifact(name, signal);
    if (!answer.ok) return undefined;
    const found = createHash('sha256').update(answer.body).digest('hex');
    return found === sha256 ? answer.body : undefined;
  }

  /** What people read says no secret. Other bytes are what they are: a changed diff would fit no tree. */
  #masked(type: string, content: Uint8Array): Uint8Array {
    if (type !== 'report' && type !== 'log') return content;
    const text = Buffer.from(content).toString('utf8');
    const masked = this.#wiring.outbox.mask(text);
    return masked === text ? content : Buffer.from(masked);
  }

  #warn(message: string): void {
    this.#wiring.outbox.push('log:entry', { level: 'warn', message });
    this.#wiring.bench.terminal.warn(message);
  }
}
