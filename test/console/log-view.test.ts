import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../console/src/live/task-stream.ts';
import {
  even,
  SPACER_PX_MAX,
  scrolledTo,
  seen,
  uneven,
} from '../../console/src/pages/task/log/layout.ts';
import { hashOf, isMarked, marksIn } from '../../console/src/pages/task/log/marks.ts';
import { finderOf, View, type Wanted } from '../../console/src/pages/task/log/view.ts';

const ALL: Wanted = { stage: '', agent: '', levels: [], until: null, find: null, isOnly: false };

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
const line = (n: number): LogLine => ({
  seq: n * 2,
  at: 0,
  level: LEVELS[n % 4] ?? 'info',
  message: `Line ${n} of (many)`,
  stage: n % 2 === 0 ? 'Plan' : 'Tests',
  agent: n % 3 === 0 ? 'builder' : 'planner',
});
const linesTo = (count: number): LogLine[] => Array.from({ length: count }, (_, n) => line(n + 1));

const seqsOf = (view: View): (number | undefined)[] =>
  view.rows.map((_, row) => view.line(row)?.seq);

describe('the lines that are shown', () => {
  it('are those that are wanted, and more of them as the log grows', () => {
    const lines = linesTo(6);
    const wanted = { ...ALL, stage: 'Plan', levels: ['warn', 'debug'] };
    const view = new View(lines, wanted);
    view.grow();
    expect(seqsOf(view)).toEqual([4, 8, 12]);
    lines.push(...linesTo(12).slice(6));
    view.grow();
    expect(seqsOf(view)).toEqual([4, 8, 12, 16, 20, 24]);
    const whole = new View(lines, wanted);
    whole.grow();
    expect(whole.rows).toEqual(view.rows);
  });

  it('end at a moment, also while lines come', () => {
    const lines = linesTo(4);
    const view = new View(lines, { ...ALL, until: 7 });
    view.grow();
    lines.push(line(5));
    view.grow();
    expect(seqsOf(view)).toEqual([2, 4, 6]);
  });

  it('are found by words in any case, which are no pattern', () => {
    const view = new View(linesTo(20), { ...ALL, find: finderOf('LINE 1') });
    view.grow();
    expect(view.found).toEqual([0, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]);
    const none = new View(linesTo(3), { ...ALL, find: finderOf('.*'), isOnly: true });
    none.grow();
    expect(none.rows).toEqual([]);
    const only = new View(linesTo(3), { ...ALL, find: finderOf('(MANY)'), isOnly: true });
    only.grow();
    expect(only.found).toEqual([0, 1, 2]);
  });

  it('are found by their number, or the next that is shown', () => {
    const view = new View(linesTo(10), { ...ALL, stage: 'Tests' });
    view.grow();
    expect(seqsOf(view)).toEqual([2, 6, 10, 14, 18]);
    expect([1, 2, 3, 10, 18, 19].map((seq) => view.rowFrom(seq))).toEqual([0, 0, 1, 2, 4, 5]);
  });
});

describe('where lines are', () => {
  it('a window sees its rows and some beside, never more than 80', () => {
    expect(seen(even(1_000), 1_000, 2_000, 400)).toEqual({
      spacer: 20_000,
      first: 88,
      end: 133,
      top: 1_760,
    });
    expect(seen(even(5), 5, 0, 400)).toEqual({ spacer: 100, first: 0, end: 5, top: 0 });
    for (const height of [100, 800, 1_300, 1_500]) {
      const { first, end } = seen(even(100_000), 100_000, 777_777, height);
      expect(end - first).toBeLessThanOrEqual(80);
    }
  });

  it('beyond 8 million pixels the scrollbar stands for more, and both ends are reached', () => {
    const layout = even(1_000_000);
    const height = 600;
    expect(seen(layout, 1_000_000, 0, height)).toMatchObject({ first: 0, spacer: SPACER_PX_MAX });
    const end = scrolledTo(layout, layout.height - height, height);
    expect(end).toBeCloseTo(SPACER_PX_MAX - height);
    const last = seen(layout, 1_000_000, end, height);
    expect(last.end).toBe(1_000_000);
    expect(last.top + (last.end - last.first) * 20).toBeCloseTo(SPACER_PX_MAX, 3);
  });

  it('rows of different heights are found by where they begin', () => {
    const layout = uneven([0, 1, 4, 5]);
    expect(layout.height).toBe(100);
    expect([0, 19, 20, 79, 80, 99].map((y) => layout.rowAt(y))).toEqual([0, 0, 1, 1, 2, 2]);
    expect([0, 1, 2].map((row) => layout.topOf(row))).toEqual([0, 20, 80]);
  });
});

describe('a link to lines', () => {
  it.each([
    ['#L120', { from: 120, to: 120 }],
    ['#L120-L140', { from: 120, to: 140 }],
    ['#L140-L120', { from: 120, to: 140 }],
    ['', null],
    ['#main', null],
    ['#L', null],
    ['#L1-2', null],
    ['#L99999999999999999999', null],
  ])('%j points at %j', (hash, marks) => {
    expect(marksIn(hash)).toEqual(marks);
  });

  it('is written as it is read', () => {
    expect([hashOf(7), hashOf(9, 7)]).toEqual(['#L7', '#L7-L9']);
    expect([6, 7, 9, 10].map((seq) => isMarked(marksIn('#L7-L9'), seq))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});
