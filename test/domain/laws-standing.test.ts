// A standing approval stops at its limits, whatever asks and however often.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AskedAction } from '../../src/contract/gate-action.ts';
import {
  type KeptStanding,
  matchesAction,
  standingView,
  useStanding,
} from '../../src/domain/standing.ts';
import { poolOf } from './law.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const exec = (argv: readonly string[], cwd?: string): AskedAction => ({
  type: 'shell.exec',
  target: {},
  params: { argv: [...argv], ...(cwd === undefined ? {} : { cwd }) },
});

const standing = (fields: Partial<KeptStanding> = {}): KeptStanding => ({
  id: 'sta_1',
  projectId: 'prj_1',
  match: { type: 'shell.exec', argv: ['npm', 'test', '*'] },
  environment: 'development',
  maxUses: 3,
  expiresAt: new Date(NOW + 60_000).toISOString(),
  createdBy: 'usr_1',
  createdAt: new Date(NOW).toISOString(),
  uses: 0,
  spent: {},
  ...fields,
});

const argument = fc.constantFrom('npm', 'test', 'run', '*', '', '--', '-x');
const argv = fc.array(argument, { minLength: 1, maxLength: 6 });

describe('a standing approval', () => {
  it('is used at most as often, as long and for as much as was agreed to', () => {
    const asked = fc.record({
      maxUses: fc.integer({ min: 1, max: 100 }),
      maxCostUsd: fc.option(fc.integer({ min: 1, max: 500 }), { nil: undefined }),
      asks: fc.array(
        fc.record({
          task: fc.constantFrom('task_a', 'task_b', 'task_c'),
          costs: fc.integer({ min: 0, max: 50_000_000 }),
          after: fc.integer({ min: 0, max: 2_000 }),
        }),
        { maxLength: 150 },
      ),
    });
    poolOf(asked, (one) => one).holds(({ maxUses, maxCostUsd, asks }) => {
      let kept = standing({ maxUses, ...(maxCostUsd === undefined ? {} : { maxCostUsd }) });
      let [now, granted] = [NOW, 0];
      const spent = new Map<string, number>();
      for (const { task, costs, after } of asks) {
        now += after;
        const spentMicros = (spent.get(task) ?? 7_000_000) + costs;
        spent.set(task, spentMicros);
        const used = useStanding(kept, { taskId: task, spentMicros, now });
        if (!used.ok) continue;
        kept = used.value;
        granted += 1;
        expect(now).toBeLessThan(Date.parse(kept.expiresAt));
        if (maxCostUsd !== undefined) expect(standingView(kept).costUsd).toBeLessThan(maxCostUsd);
      }
      expect(granted).toBe(kept.uses);
      expect(granted).toBeLessThanOrEqual(maxUses);
    });
  });

  it('matches word for word, `*` one whole argument and a last `*` the rest', () => {
    poolOf(fc.tuple(argv, argv), (one) => one).holds(([wanted, found]) => {
      const rest = wanted.at(-1) === '*';
      const fixed = rest ? wanted.slice(0, -1) : wanted;
      const expected =
        (rest ? found.length >= fixed.length : found.length === fixed.length) &&
        fixed.every((word, index) => word === '*' || word === found[index]);
      expect(matchesAction({ type: 'shell.exec', argv: wanted }, exec(found))).toBe(expected);
    });
  });

  it('never stretches over one argument into the next, nor over a part of one', () => {
    const match = { type: 'shell.exec', argv: ['npm', 'test', '*'] } as const;
    const fits = (words: readonly string[]) =>
      matchesAction({ ...match, argv: [...match.argv] }, exec(words));
    expect(fits(['npm', 'test'])).toBe(true);
    expect(fits(['npm', 'test', '--', 'a b'])).toBe(true);
    expect(fits(['npm', 'test2'])).toBe(false);
    expect(fits(['npm test'])).toBe(false);
    expect(fits(['npm', 'publish', 'test'])).toBe(false);
    expect(fits(['npm'])).toBe(false);
  });

  it('is for its place, its tool, its members and nothing beside them', () => {
    const here = { type: 'shell.exec', argv: ['make'], cwd: '/a' } as const;
    expect(matchesAction({ ...here, argv: ['make'] }, exec(['make'], '/a'))).toBe(true);
    expect(matchesAction({ ...here, argv: ['make'] }, exec(['make'], '/b'))).toBe(false);
    expect(matchesAction({ ...here, argv: ['make'] }, exec(['make']))).toBe(false);
    const call = (input: Record<string, unknown>): AskedAction => ({
      type: 'tool.call',
      target: { tool: 'WebFetch' },
      params: { input },
    });
    const tool = { type: 'tool.call', tool: 'WebFetch', input: { url: '*', n: { a: 1 } } } as const;
    expect(matchesAction(tool, call({ url: 'https://x', n: { a: 1 } }))).toBe(true);
    expect(matchesAction(tool, call({ url: 'https://x', n: { a: 2 } }))).toBe(false);
    expect(matchesAction(tool, call({ url: 'https://x', n: { a: 1 }, m: 1 }))).toBe(false);
    expect(matchesAction(tool, call({ url: 'https://x' }))).toBe(false);
    expect(matchesAction({ ...tool, tool: 'Bash' }, call({ url: '', n: { a: 1 } }))).toBe(false);
    const push = (force?: boolean): AskedAction => ({
      type: 'git.push',
      target: { remote: 'origin', branch: 'main' },
      params: { head: 'abc', ...(force === undefined ? {} : { force }) },
    });
    expect(matchesAction({ type: 'git.push', remote: 'origin', branch: '*' }, push())).toBe(true);
    expect(matchesAction({ type: 'git.push', remote: 'origin', branch: 'dev' }, push())).toBe(
      false,
    );
    expect(matchesAction({ type: 'git.push', remote: 'origin', branch: '*' }, push(true))).toBe(
      false,
    );
  });

  it('is for no action with artifacts, which nobody has seen', () => {
    const artifacts = [{ name: 'x', sha256: 'y', bytes: 1 }];
    const match = { type: 'shell.exec', argv: ['make'] } as const;
    expect(matchesAction({ ...match, argv: ['make'] }, { ...exec(['make']), artifacts })).toBe(
      false,
    );
  });
});
