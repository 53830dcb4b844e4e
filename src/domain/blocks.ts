import type { TaskEvent } from '../contract/event.ts';
import { sha256 } from './digest.ts';
import { isFolded, type Source } from './draft.ts';
import { evolve, passOver } from './evolve.ts';
import type { TaskState } from './task.ts';

/**
 * What one row of the log holds: neighbouring events of one commit. `s` blocks hold what state is folded from; of `p`
 * blocks, log lines and agents' words, state needs these columns alone, so their bodies may be dropped one day.
 */
export interface Block {
  readonly kind: 's' | 'p';
  readonly first: number;
  readonly last: number;
  readonly at: string;
  readonly epoch: number;
  readonly producer: string | null;
  readonly producerTo: number | null;
  readonly logs: number;
  readonly events: readonly TaskEvent[];
}

/** Splits the events of one commit where the kinds meet, in order. */
export function toBlocks(events: readonly TaskEvent[], epoch: number, source?: Source): Block[] {
  const runs: TaskEvent[][] = [];
  for (const event of events) {
    const run = runs.at(-1);
    const previous = run?.at(-1);
    if (run && previous && isFolded(previous.type) === isFolded(event.type)) run.push(event);
    else runs.push([event]);
  }
  return runs.flatMap((run) => {
    const [first] = run;
    if (first === undefined) return [];
    return {
      kind: isFolded(first.type) ? 's' : 'p',
      first: first.seq,
      last: first.seq + run.length - 1,
      at: first.timestamp,
      epoch,
      producer: source?.producer ?? null,
      producerTo: source?.to ?? null,
      logs: run.filter(({ type }) => type === 'log:entry').length,
      events: run,
    };
  });
}

/** A block as the fold needs it: the events of an `s` block, nothing but the header of a `p` block. */
export type FoldedBlock = Omit<Block, 'events' | 'at' | 'first'> & {
  readonly events: readonly TaskEvent[];
};

/** Folds one block. The numbers of a producer count for the epoch they were written under. */
export function evolveBlock(state: TaskState | null, block: FoldedBlock): TaskState {
  let next = state;
  if (block.kind === 's') for (const event of block.events) next = evolve(next, event);
  if (next === null) throw new Error('The log does not begin with the creation of its task.');
  if (block.kind === 'p') next = passOver(next, block.last, block.logs);
  if (block.producer === null || block.producerTo === null || block.epoch !== next.epoch)
    return next;
  return { ...next, producers: { ...next.producers, [block.producer]: block.producerTo } };
}

export interface ChainLink {
  readonly bodyHash: string;
  readonly hash: string;
}

/** The hash before the first block of a task. */
export const chainStart = (taskId: string): string => sha256(`sluice-log-1\n${taskId}`);

/** The chain runs over the hash of each body, so a body can be dropped and the chain still verifies. */
export function chainLink(previous: string, block: Block, body: string): ChainLink {
  const bodyHash = sha256(body);
  const fields = [
    'sluice-block-1',
    previous,
    block.first,
    block.last,
    block.at,
    block.kind,
    block.epoch,
    block.producer ?? '',
    bodyHash,
  ];
  return { bodyHash, hash: sha256(fields.join('\n')) };
}
