// Names, ids, waits and prices, by example.

import { describe, expect, it } from 'vitest';
import { TASK_ID } from '../../src/contract/id.ts';
import { actionHash } from '../../src/domain/action.ts';
import { backoffMs } from '../../src/domain/attempts.ts';
import { deliveryBackoffMs } from '../../src/domain/backoff.ts';
import { canonicalJson } from '../../src/domain/canonical-json.ts';
import { commitMessage } from '../../src/domain/commit-message.ts';
import { derivedId } from '../../src/domain/id.ts';
import { costMicros, priceOf, usageView } from '../../src/domain/money.ts';
import { branchName, slug } from '../../src/domain/slug.ts';
import { createCommand, TASK_ID as OUR_ID, planOf, stateAfter } from './world.ts';

describe('a slug', () => {
  it.each([
    ['Add a health check endpoint', 'add-a-health-check-endpoint'],
    ['  --Fix:  the_thing!  ', 'fix-the-thing'],
    ['Größe & Maß', 'gre-ma'],
    ['日本語', 'task'],
    ['', 'task'],
    ['$(touch x)', 'touch-x'],
    ['a'.repeat(60), 'a'.repeat(50)],
    [`${'a'.repeat(49)} b`, 'a'.repeat(49)],
    ['../../etc/passwd', 'etcpasswd'],
  ])('of %j is %s', (text, expected) => {
    expect(slug(text)).toBe(expected);
  });

  it('stands behind the middle of the id and its first four digits', () => {
    const id = 'task_mwqnyqfq_27d3a1b2c3d4e5f60718';
    expect(id).toMatch(TASK_ID);
    const name = branchName('apex/', id, 'Add health check endpoint');
    expect(name).toBe('apex/mwqnyqfq27d3-add-health-check-endpoint');
  });
});

describe('the cost', () => {
  const tokens = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const usual = { inputPerMillion: 3, outputPerMillion: 15 };

  it('of 15 000 tokens in and 5 000 out is 0.12 dollars at the default prices', () => {
    const micros = costMicros({ ...tokens, inputTokens: 15_000, outputTokens: 5_000 }, usual);
    expect(micros).toBe(120_000);
    const view = usageView({ inputTokens: 15_000, outputTokens: 5_000, costMicros: micros });
    expect(view.totalTokens).toBe(20_000);
    expect(view.estimatedCost).toBe(0.12);
  });

  it('of cached tokens is the input price unless another is said', () => {
    const cached = { ...tokens, cacheReadTokens: 1_000_000, cacheWriteTokens: 1_000_000 };
    expect(costMicros(cached, usual)).toBe(6_000_000);
    const own = { ...usual, cacheReadPerMillion: 0.3, cacheWritePerMillion: 3.75 };
    expect(costMicros(cached, own)).toBe(4_050_000);
  });

  it('follows the model, and the default where a model has no price of its own', () => {
    const opus = { inputPerMillion: 5, outputPerMillion: 25 };
    const prices = { default: usual, opus };
    expect(priceOf(prices, 'opus')).toBe(opus);
    for (const model of ['haiku', undefined, 'constructor', '__proto__', 'toString']) {
      expect(priceOf(prices, model)).toBe(usual);
    }
  });

  it('is shown to four decimals, and summed exactly', () => {
    const spent = { inputTokens: 1, outputTokens: 0, costMicros: 149 };
    expect(usageView(spent).estimatedCost).toBe(0.0001);
    expect(usageView({ ...spent, costMicros: 150 }).estimatedCost).toBe(0.0002);
  });
});

describe('the hash of an action', () => {
  const action = {
    type: 'git.merge',
    target: { into: 'main' },
    params: { a: 1, b: [2, 3] },
  } as const;

  it('does not know the order of keys, nor members without a value', () => {
    const turned = { params: { b: [2, 3], a: 1, c: undefined }, target: { into: 'main' } };
    expect(actionHash({ type: 'git.merge', ...turned })).toBe(actionHash(action));
    expect(canonicalJson({ b: { d: 1, c: [] }, a: null })).toBe('{"a":null,"b":{"c":[],"d":1}}');
  });

  it('is another one for another parameter, target or type', () => {
    const others = [
      { ...action, params: { a: 1, b: [3, 2] } },
      { ...action, params: { a: '1', b: [2, 3] } },
      { ...action, target: { into: 'next' } },
      { ...action, type: 'git.commit' as const },
    ];
    const hashes = [action, ...others].map(actionHash);
    expect(new Set(hashes).size).toBe(hashes.length);
    for (const hash of hashes) expect(hash).toMatch(/^sha256:[\w-]{43}$/);
  });
});

describe('an id of the core', () => {
  it('follows from what it names, in the form of its kind', () => {
    const id = derivedId('gate', 1_700_000_000_000, 'task_1', 'review', 1);
    expect(id).toMatch(/^gate_[0-9a-hjkmnp-tv-z]{26}$/);
    expect(derivedId('gate', 1_700_000_000_000, 'task_1', 'review', 1)).toBe(id);
    expect(derivedId('gate', 1_700_000_000_000, 'task_1', 'review', 2)).not.toBe(id);
    expect(derivedId('gate', 1_700_000_000_000, 'task_1', 'review1')).not.toBe(id);
  });

  it('sorts by time', () => {
    const times = [0, 1, 999, 1_700_000_000_000, 1_700_000_000_001, 8_640_000_000_000_000];
    const ids = times.map((ms) => derivedId('wrk', ms, 'x'));
    expect(ids.toSorted()).toEqual(ids);
  });
});

describe('the message of a commit', () => {
  const kind = { workflow: 'bugfix', autonomy: 'full', maxRetries: 0 } as const;
  const messageOf = (description: string, workflow = 'bugfix') =>
    commitMessage(stateAfter(null, createCommand({ ...kind, workflow }, { description })));

  it('is one subject line of the kind of work, then where it comes from', () => {
    const message = messageOf('Mend the clock\nIt is late.');
    expect(message).toBe(`fix(work): Mend the clock\n\nStage: work\nTask: ${OUR_ID}\n`);
    expect(messageOf('Add it', 'feature')).toMatch(/^feat\(work\): Add it\n/);
    expect(messageOf('Move it', 'refactor')).toMatch(/^refactor\(work\): Move it\n/);
  });

  it('has at most 72 characters in its subject', () => {
    const [subject = ''] = messageOf('word '.repeat(40)).split('\n');
    expect(subject.length).toBeLessThanOrEqual(72);
    expect(subject).toMatch(/^fix\(work\): word .*word…$/);
    const [whole = ''] = messageOf('x'.repeat(61)).split('\n');
    expect(whole).toBe(`fix(work): ${'x'.repeat(61)}`);
  });

  it('has no prefix where the project wants none', () => {
    const plan = planOf('bugfix', 'full');
    const git = { ...plan.config.git, commitFormat: 'simple' as const };
    const simple = { ...plan, config: { ...plan.config, git } };
    const state = stateAfter(null, createCommand(kind, { description: 'Mend it', plan: simple }));
    expect(commitMessage(state)).toMatch(/^Mend it\n/);
  });
});

describe('waits', () => {
  it('before an automatic attempt grow by the factor up to five minutes', () => {
    const { limits } = planOf('bugfix', 'full');
    expect([1, 2, 3, 4].map((k) => backoffMs(limits, k))).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(backoffMs(limits, 10)).toBe(300_000);
    expect(backoffMs({ ...limits, retryDelayMs: 0 }, 5)).toBe(0);
    expect(backoffMs({ ...limits, retryBackoffFactor: 10 }, 400)).toBe(300_000);
  });

  it('before a delivery double from half a second up to twenty', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 1_000].map(deliveryBackoffMs);
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000]);
  });
});
