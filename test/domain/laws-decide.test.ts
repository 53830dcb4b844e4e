import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../src/contract/error.ts';
import { decide } from '../../src/domain/decide.ts';
import { agentElsewhere, FOREIGNER } from './actors.ts';
import { garbage } from './garbage.ts';
import { histories, holds, holdsAtEachStep } from './law.ts';
import { ask, refused } from './world.ts';

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const member of Object.values(value)) deepFreeze(member);
}

describe('decide', () => {
  it('refuses with a code of the table and a sentence, and writes nothing then', () => {
    holdsAtEachStep(({ decided, events }) => {
      if (decided.ok) return;
      expect(Object.keys(ERRORS)).toContain(decided.refusal.code);
      expect(decided.refusal.message).toMatch(/\S/);
      expect(events).toEqual([]);
    });
  });

  it('gives the same output for the same input, and changes nothing of its input', () => {
    holdsAtEachStep(({ before, command, decided }) => {
      deepFreeze(before);
      deepFreeze(command);
      const again = decide(before, command);
      if (!isDeepStrictEqual(again, decided)) expect(again).toEqual(decided);
    });
  });

  it('never throws, whatever the words and numbers', () => {
    const pool = histories();
    const property = fc.property(fc.nat(), garbage, (which, make) => {
      const state = pool[which % pool.length]?.states.at(-1);
      if (state === undefined) return;
      const { decided } = ask(state, make(state));
      if (!decided.ok) expect(Object.keys(ERRORS)).toContain(decided.refusal.code);
    });
    fc.assert(property, { numRuns: 2_000 });
  });

  it('tells a foreign actor nothing, not even that the task exists', () => {
    holds(({ steps }) => {
      for (const { before, command } of steps.slice(1)) {
        if (!('actor' in command)) continue;
        const unknown = refused(decide(null, { ...command, actor: FOREIGNER }));
        const foreign = refused(decide(before, { ...command, actor: FOREIGNER }));
        expect(foreign).toEqual(unknown);
        expect(foreign.code).toBe('not_found');
      }
    });
  });

  it('refuses the agent of another task whatever it asks', () => {
    holds(({ steps }) => {
      for (const { before, command } of steps.slice(1)) {
        if (!('actor' in command) || before === null) continue;
        const { code } = refused(decide(before, { ...command, actor: agentElsewhere(before) }));
        expect(code).toBe('agent_forbidden');
      }
    });
  });
});
