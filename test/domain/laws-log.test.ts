import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { TaskEvent } from '../../src/contract/event.ts';
import { type Block, evolveBlock, type FoldedBlock } from '../../src/domain/blocks.ts';
import { evolve } from '../../src/domain/evolve.ts';
import type { TaskState } from '../../src/domain/task.ts';
import type { History } from './histories.ts';
import { holds } from './law.ts';

/** As it comes back from where it was written down. */
const stored = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** A block as it is read back: of log lines and agents' words the header alone. */
const readBack = (block: Block): FoldedBlock =>
  block.kind === 's' ? stored(block) : { ...stored(block), events: [] };

const replayed = (start: TaskState | null, blocks: readonly Block[]): TaskState | null =>
  blocks.map(readBack).reduce<TaskState | null>(evolveBlock, start);

/** A deep comparison, ten times as fast where it holds; where it does not, the difference is told. */
function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
}

const last = ({ states }: History): TaskState | undefined => states.at(-1);

describe('the log', () => {
  it('The log replayed gives the state.', () => {
    holds((history) => {
      const events = stored(history.events);
      const state = events.reduce<TaskState | null>(evolve, null);
      // Which numbers a producer has used stands in the header of a block.
      const producers = last(history)?.producers ?? {};
      expectSame(stored({ ...state, producers }), stored(last(history)));
    });
  });

  it('replays to the state, block by block, without what may be dropped', () => {
    holds((history) => {
      expectSame(stored(replayed(null, history.blocks)), stored(last(history)));
    });
  });

  it('replays to the same state from a snapshot at any point', () => {
    holds((history) => {
      let count = 0;
      for (const [index, step] of history.steps.entries()) {
        count += step.blocks.length;
        if ((index + history.blocks.length) % 9 !== 0) continue;
        const rest = history.blocks.slice(count);
        expectSame(stored(replayed(stored(step.after), rest)), stored(last(history)));
      }
    });
  });

  it('counts its events from 1 without a hole', () => {
    holds(({ events, blocks }) => {
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
      let next = 1;
      for (const block of blocks) {
        expect(block.first).toBe(next);
        expect(block.last).toBe(next + block.events.length - 1);
        next = block.last + 1;
      }
    });
  });

  it('holds nothing but events of their schemas, and the schemas keep all that the fold needs', () => {
    holds((history) => {
      const events = stored(history.events).map((event) => TaskEvent.parse(event));
      const state = events.reduce<TaskState | null>(evolve, null);
      const producers = last(history)?.producers ?? {};
      expectSame(stored({ ...state, producers }), stored(last(history)));
    });
  });

  it('counts its log entries', () => {
    holds((history) => {
      const entries = history.events.filter(({ type }) => type === 'log:entry');
      expect(last(history)?.logs).toBe(entries.length);
    });
  });
});
