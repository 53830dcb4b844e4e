import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ACCESS_TOKEN_S,
  KEY_ACTIVE_MS,
  KEY_PENDING_MS,
  KEYS_KEPT_MS,
  LEEWAY_S,
} from '../../src/contract/token-timing.ts';
import { planKeys, type SigningKeyLife } from '../../src/domain/signing-keys.ts';

const START = Date.UTC(2026, 10, 21);
const MINUTE = 60_000;

/** What the table does with a plan. */
function applyPlan(keys: readonly SigningKeyLife[], now: number, rotateAt: number | null) {
  const { make, changes } = planKeys(keys, now, rotateAt);
  const stepped = keys.map((key) => {
    const change = changes.find(({ kid, from }) => kid === key.kid && from === key.state);
    if (change === undefined) return key;
    const { kid, to: state, notBefore, retireAt } = change;
    return { kid, state, notBefore, retireAt };
  });
  const made = make && { kid: `k${keys.length}`, ...make, retireAt: null };
  return made === null ? stepped : [...stepped, made];
}

interface Moment {
  readonly now: number;
  readonly keys: readonly SigningKeyLife[];
}

/** A history: the cron comes, now in time, now late; somebody forces a rotation. */
function play(pauses: readonly number[], forcedAfter: number | null): readonly Moment[] {
  const rotateAt = forcedAfter === null ? null : START + forcedAfter;
  const moments: Moment[] = [{ now: START, keys: applyPlan([], START, rotateAt) }];
  let now = START;
  for (const pause of pauses) {
    now += pause;
    const keys = moments.at(-1)?.keys ?? [];
    moments.push({ now, keys: applyPlan(keys, now, rotateAt) });
  }
  return moments;
}

const pause = fc.oneof(
  fc.constant(MINUTE),
  fc.integer({ min: 1, max: 20 * MINUTE }),
  fc.integer({ min: 1, max: 20 * 86_400_000 }),
);
const history = fc.record({
  pauses: fc.array(pause, { minLength: 5, maxLength: 60 }),
  forcedAfter: fc.option(fc.integer({ min: -86_400_000, max: 90 * 86_400_000 })),
});

function law(check: (moments: readonly Moment[]) => void): void {
  const property = fc.property(history, ({ pauses, forcedAfter }) =>
    check(play(pauses, forcedAfter)),
  );
  fc.assert(property, { numRuns: 1_000 });
}

const inState = ({ keys }: Moment, state: SigningKeyLife['state']) =>
  keys.filter((key) => key.state === state);

describe('signing keys', () => {
  it('exactly one signs, and at most one waits, at any time', () => {
    law((moments) => {
      for (const moment of moments) {
        expect(inState(moment, 'active')).toHaveLength(1);
        expect(inState(moment, 'pending').length).toBeLessThanOrEqual(1);
      }
    });
  });

  it('each but the first is published for twice the max-age before it signs', () => {
    law((moments) => {
      for (const kid of moments
        .at(-1)
        ?.keys.slice(1)
        .map((key) => key.kid) ?? []) {
        const seen = moments.find(({ keys }) => keys.some((key) => key.kid === kid));
        const signs = moments.find((moment) =>
          inState(moment, 'active').some((key) => key.kid === kid),
        );
        if (seen === undefined || signs === undefined) continue;
        expect(signs.now - seen.now).toBeGreaterThanOrEqual(KEY_PENDING_MS);
      }
    });
  });

  it('one that has signed stays published until nothing it signed is valid', () => {
    const life = KEYS_KEPT_MS + (ACCESS_TOKEN_S + LEEWAY_S) * 1000;
    law((moments) => {
      for (const { kid } of moments.at(-1)?.keys ?? []) {
        const last = moments.findLast((moment) =>
          inState(moment, 'active').some((key) => key.kid === kid),
        );
        const retired = moments.find((moment) =>
          inState(moment, 'retired').some((key) => key.kid === kid),
        );
        if (last === undefined || retired === undefined) continue;
        expect(retired.now - last.now).toBeGreaterThanOrEqual(life);
      }
    });
  });

  it('no key goes back', () => {
    const order = ['pending', 'active', 'retiring', 'retired'];
    law((moments) => {
      for (const [index, { keys }] of moments.entries()) {
        for (const key of moments[index - 1]?.keys ?? []) {
          const now = keys.find(({ kid }) => kid === key.kid);
          expect(order.indexOf(now?.state ?? '')).toBeGreaterThanOrEqual(order.indexOf(key.state));
        }
      }
    });
  });

  it('one signs for thirty days, where the cron comes each minute', () => {
    const [first] = applyPlan([], START, null);
    const minutes = (KEY_ACTIVE_MS + MINUTE) / MINUTE;
    const moments = play(
      Array.from({ length: minutes }, () => MINUTE),
      null,
    );
    const turned = moments.find((moment) => inState(moment, 'active')[0]?.kid !== first?.kid);
    expect(turned?.now).toBe(START + KEY_ACTIVE_MS);
  });

  it('ROTATE_KEYS_AT replaces the key once', () => {
    const pauses = Array.from({ length: 120 }, () => MINUTE);
    const moments = play(pauses, 60 * MINUTE);
    const turned = moments.find((moment) => inState(moment, 'active')[0]?.kid === 'k1');
    expect(turned?.now).toBe(START + 60 * MINUTE);
    expect(moments.at(-1)?.keys).toHaveLength(2);
    const overdue = play(pauses, -MINUTE);
    expect(overdue.at(-1)?.keys).toHaveLength(1);
  });
});
