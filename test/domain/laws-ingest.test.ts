import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ingest } from '../../src/domain/command.ts';
import { addUsage } from '../../src/domain/decide/ingest.ts';
import { decide } from '../../src/domain/decide.ts';
import { isFolded } from '../../src/domain/draft.ts';
import type { Spent } from '../../src/domain/money.ts';
import type { TaskState } from '../../src/domain/task.ts';
import { RUNNER_A } from './actors.ts';
import { holds, holdsAtEachStep } from './law.ts';
import { producedEvent } from './results.ts';
import { ask, createCommand, refused, type Step, stateAfter } from './world.ts';

const NONE: Spent = { inputTokens: 0, outputTokens: 0, costMicros: 0 };
const KIND = { workflow: 'bugfix', autonomy: 'full', maxRetries: 1 } as const;
const LEASE = { leaseId: 'lse_1', runnerId: RUNNER_A.id, runnerName: 'a' };

function leased(): TaskState {
  const created = createCommand(KIND);
  const now = created.now + 1;
  return stateAfter(stateAfter(null, created), { type: 'claim', now, actor: RUNNER_A, ...LEASE });
}

function batch(state: TaskState, producer: string, numbers: readonly number[]): Ingest {
  const { leaseId } = LEASE;
  const events = numbers.map((n) => producedEvent(n, 0, `${producer} ${n}`));
  const now = Date.parse(state.updatedAt) + 1;
  return { type: 'ingest', now, actor: RUNNER_A, leaseId, epoch: 1, producer, events };
}

const newIn = ({ before, command }: Step) => {
  if (command.type !== 'ingest' || before === null) return [];
  const { producers } = before;
  const taken = Object.hasOwn(producers, command.producer) ? producers[command.producer] : 0;
  return command.events.filter(({ n }) => n > (taken ?? 0));
};

describe('events of producers', () => {
  it('Any interleaving of resends logs each `n` exactly once, in order', () => {
    const send = fc.record({
      producer: fc.constantFrom('main', 'tools', 'constructor'),
      back: fc.nat({ max: 6 }),
      length: fc.integer({ min: 1, max: 8 }),
    });
    const property = fc.property(fc.array(send, { maxLength: 30 }), (sends) => {
      let state = leased();
      const sent = new Map<string, number>();
      const logged: string[] = [];
      for (const { producer, back, length } of sends) {
        const first = Math.max(1, (sent.get(producer) ?? 0) + 1 - back);
        const numbers = Array.from({ length }, (_, index) => first + index);
        const step = ask(state, batch(state, producer, numbers));
        const upTo = Math.max(sent.get(producer) ?? 0, numbers.at(-1) ?? 0);
        sent.set(producer, upTo);
        state = step.after ?? state;
        expect(state.producers[producer]).toBe(upTo);
        for (const event of step.events) {
          if (event.type === 'log:entry') logged.push(event.data.message);
        }
      }
      for (const [producer, upTo] of sent) {
        const own = logged.filter((message) => message.startsWith(`${producer} `));
        expect(own).toEqual(Array.from({ length: upTo }, (_, n) => `${producer} ${n + 1}`));
      }
    });
    fc.assert(property, { numRuns: 1_000 });
  });

  it('A gap is refused and logs nothing', () => {
    holds(({ states }) => {
      for (const state of states) {
        if (state.lease === undefined || Object.keys(state.producers).length >= 8) continue;
        for (const producer of ['main', 'constructor']) {
          const known = Object.hasOwn(state.producers, producer);
          const taken = known ? (state.producers[producer] ?? 0) : 0;
          const { leaseId, epoch, runnerId } = state.lease;
          const actor = { ...RUNNER_A, id: runnerId };
          const command = { ...batch(state, producer, [taken + 2]), actor, leaseId, epoch };
          const refusal = refused(decide(state, command));
          expect(refusal.code).toBe('sequence_gap');
          expect(refusal.extra).toEqual({ expected: taken + 1 });
        }
      }
    });
  });

  it('are logged one for one where they are new, and only there', () => {
    holdsAtEachStep((step) => {
      if (step.command.type !== 'ingest' || !step.decided.ok) return;
      expect(step.events.length).toBe(newIn(step).length);
    });
  });

  it('of log lines alone are one block', () => {
    holdsAtEachStep(({ command, events, blocks }) => {
      if (command.type !== 'ingest' || events.some(({ type }) => isFolded(type))) return;
      expect(blocks.length).toBeLessThanOrEqual(1);
    });
  });

  it('come from eight producers at most', () => {
    holdsAtEachStep(({ after: state }) => {
      expect(Object.keys(state?.producers ?? {}).length).toBeLessThanOrEqual(8);
    });
  });
});

describe('what a task has used', () => {
  it('never falls', () => {
    holdsAtEachStep(({ before, after: state }) => {
      for (const key of ['inputTokens', 'outputTokens', 'costMicros'] as const) {
        expect(state?.spent[key]).toBeGreaterThanOrEqual(before?.spent[key] ?? 0);
      }
    });
  });

  it('is the sum of the reports that were counted', () => {
    holds(({ steps, states }) => {
      const prices = states[0]?.plan.prices ?? {};
      let sum = NONE;
      for (const step of steps) {
        if (!step.decided.ok) continue;
        for (const event of newIn(step)) {
          if (event.type === 'usage:report') sum = addUsage(sum, event.data, prices);
        }
      }
      expect(states.at(-1)?.spent).toEqual(sum);
    });
  });

  it('is the plain sum of reports that say what is new', () => {
    const tokens = fc.nat({ max: 1_000_000 });
    const report = fc.record({ inputTokens: tokens, outputTokens: tokens });
    const property = fc.property(fc.array(report), (reports) => {
      const spent = reports.reduce(
        (sum: Spent, next) => addUsage(sum, { ...next, scope: 'delta' }, {}),
        NONE,
      );
      const inputTokens = reports.reduce((sum, next) => sum + next.inputTokens, 0);
      const outputTokens = reports.reduce((sum, next) => sum + next.outputTokens, 0);
      const costMicros = inputTokens * 3 + outputTokens * 15;
      expect(spent).toEqual({ inputTokens, outputTokens, costMicros });
    });
    fc.assert(property, { numRuns: 1_000 });
  });
});
