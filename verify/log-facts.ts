// What the log says that receipts and checkpoints are held against.

import type { BundleBlock } from '../src/contract/bundle.ts';
import { BadEntry } from './bad-entry.ts';
import { valueHash } from './digest.ts';

export interface LoggedEvent {
  readonly type: string;
  readonly seq: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Something that has a receipt, and the block that it lies in. */
export interface Decided extends LoggedEvent {
  readonly line: number;
  readonly blockHash: string;
}

/** Where the log had to be signed. */
export interface Signable {
  readonly seq: number;
  readonly hash: string;
  readonly blocks: number;
  readonly line: number;
}

export interface Kept {
  readonly name: string;
  readonly version: number;
  readonly sha256: string;
  readonly bytes: number;
  readonly elsewhere: boolean;
  readonly line: number;
}

/** Events that have a receipt. */
export const PROVEN: ReadonlySet<string> = new Set([
  'gate:approved',
  'gate:rejected',
  'gate:changes-requested',
  'gate:waived',
  'gate:consumed',
]);
export const ENDS: ReadonlySet<string> = new Set([
  'task:completed',
  'task:failed',
  'task:cancelled',
]);
export const ROUND = 10_000;

const ACTIONS: ReadonlySet<string> = new Set(['action', 'proposed', 'approved', 'effective']);

export class LogFacts {
  readonly decided = new Map<number, Decided>();
  readonly signable: Signable[] = [];
  readonly actionHashes = new Set<string>();
  readonly policies = new Map<string, Readonly<Record<string, unknown>>>();
  readonly artifacts = new Map<string, Kept>();
  createdBy: unknown;
  blocks = 0;
  last: Signable | undefined;

  /** Takes a block whose hash has been checked. */
  async add(block: BundleBlock, line: number): Promise<void> {
    this.blocks += 1;
    const { first, last, hash, kind } = block;
    const here: Signable = { seq: last, hash, blocks: this.blocks, line };
    this.last = here;
    let isSignable = Math.floor((first - 1) / ROUND) < Math.floor(last / ROUND);
    const events = kind === 's' ? eventsIn(block, line) : [];
    for (const event of events) {
      isSignable ||= PROVEN.has(event.type) || ENDS.has(event.type);
      await this.#take(event, line, hash);
    }
    if (isSignable) this.signable.push(here);
  }

  async #take(event: LoggedEvent, line: number, blockHash: string): Promise<void> {
    const { type, seq, data } = event;
    if (PROVEN.has(type)) this.decided.set(seq, { ...event, line, blockHash });
    if (type === 'task:created') this.createdBy = data['createdBy'];
    if (type === 'artifact:added') this.#keep(data['artifact'], line);
    await this.#collect(data);
  }

  #keep(artifact: unknown, line: number): void {
    // The server's own words, which the chain has held.
    const { name, version, sha256, bytes, url } = artifact as Omit<Kept, 'line'> & { url?: string };
    const kept = { name, version, sha256, bytes, elsewhere: url !== undefined, line };
    this.artifacts.set(JSON.stringify([name, version]), kept);
  }

  /** Every action and every policy that a gate ever had, by its digest. */
  async #collect(value: unknown): Promise<void> {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, member] of Object.entries(value)) {
      if (typeof member !== 'object' || member === null) continue;
      if (ACTIONS.has(key)) this.actionHashes.add(await valueHash(member));
      // An object has members.
      if (key === 'policy') {
        this.policies.set(await valueHash(member), member as Readonly<Record<string, unknown>>);
      }
      await this.#collect(member);
    }
  }
}

/** The events of a block: as many as it says, numbered as it says. */
export const eventsIn = (block: BundleBlock, line: number): readonly LoggedEvent[] => {
  const { first, last, body } = block;
  if (body === null)
    throw new BadEntry(line, 'the body is missing, and it is of a kind that stays');
  // The hash was checked: these are the server's words.
  const events = JSON.parse(body) as readonly LoggedEvent[];
  const isWhole =
    events.length === last - first + 1 && events.every(({ seq }, at) => seq === first + at);
  if (!isWhole) throw new BadEntry(line, 'its events are not those that it names');
  return events;
};
