import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spreadMs } from '../../src/domain/attempts.ts';
import { decide } from '../../src/domain/decide.ts';
import type { TaskState } from '../../src/domain/task.ts';
import { nextView } from '../../src/domain/work-view.ts';
import type { History } from './histories.ts';
import { holds, holdsAtEachStep } from './law.ts';
import type { Step } from './world.ts';

const given = ({ events }: Step) =>
  events.flatMap((event) => (event.type === 'work:given' ? [event.data] : []));

const isCompleted = (state: TaskState, stage: string): boolean =>
  state.stages.some(({ name, status }) => name === stage && status === 'completed');

const retries = ({ events }: History, automatic: boolean): number =>
  events.filter((event) => event.type === 'task:retried' && event.data.automatic === automatic)
    .length;

describe('work', () => {
  it('A stage runs after all it depends on', () => {
    holdsAtEachStep((step) => {
      for (const work of given(step)) {
        const state = step.after;
        if (work.kind !== 'stage' || state === null) continue;
        const index = state.plan.stages.findIndex(({ name }) => name === work.stage);
        const stage = state.plan.stages[index];
        const earlier = state.plan.stages.slice(0, index).map(({ name }) => name);
        for (const name of stage?.dependsOn ?? [work.stage]) expect(earlier).toContain(name);
        for (const name of earlier) expect(isCompleted(state, name)).toBe(true);
      }
    });
  });

  it('is given in the order of the plan in a run that nobody disturbs', () => {
    holds(({ steps, states }) => {
      const undisturbed = steps.every(({ command, events }) => {
        const calm = ['create', 'claim', 'finish-work', 'decide-gate', 'ingest'];
        const sentBack = events.some(({ type }) => {
          return type === 'gate:changes-requested' || type === 'task:retried';
        });
        const done = command.type !== 'finish-work' || command.result.outcome === 'completed';
        return (calm.includes(command.type) || events.length === 0) && done && !sentBack;
      });
      if (!undisturbed) return;
      const stages = steps.flatMap(given).flatMap((work) => {
        return work.kind === 'stage' ? [work.stage] : [];
      });
      const names = states[0]?.plan.stages.map(({ name }) => name) ?? [];
      expect(stages).toEqual(names.slice(0, stages.length));
      if (states.at(-1)?.status === 'completed') expect(stages).toEqual(names);
    });
  });

  it('of the merge is given once all stages are completed and nothing waits to be committed', () => {
    holdsAtEachStep((step) => {
      const state = step.after;
      if (state === null || !given(step).some(({ kind }) => kind === 'merge')) return;
      for (const { name } of state.plan.stages) expect(isCompleted(state, name)).toBe(true);
      expect(state.uncommitted).toBeUndefined();
    });
  });

  it('is one piece at a time, under the lease that lives, with an id of its own', () => {
    holds(({ steps }) => {
      const ids = steps.flatMap(given).map(({ workId }) => workId);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { after } of steps) {
        if (after?.work !== undefined) expect(after.lease).toBeDefined();
      }
    });
  });

  it('counts the tries of each stage', () => {
    holdsAtEachStep((step) => {
      for (const work of given(step)) {
        if (work.kind !== 'stage') continue;
        const before = step.before?.stages.find(({ name }) => name === work.stage)?.tries ?? 0;
        expect(work.try).toBe(before + 1);
        expect(step.after?.stages.find(({ name }) => name === work.stage)?.tries).toBe(work.try);
      }
    });
  });

  it('A repeated result replays its answer and hands out nothing twice', () => {
    holdsAtEachStep(({ command, decided, after, events }) => {
      if (command.type !== 'finish-work' || !decided.ok || after === null) return;
      expect(decide(after, command)).toEqual({ ok: true, value: { drafts: [] } });
      if (events.length === 0) return;
      expect(nextView(after)).toEqual(nextView(after));
    });
  });

  it('that is finished waits for the events it counts on', () => {
    holdsAtEachStep(({ before, command, events }) => {
      if (command.type !== 'finish-work' || events.length === 0) return;
      for (const [producer, count] of Object.entries(command.result.producers)) {
        const producers = before?.producers ?? {};
        const taken = Object.hasOwn(producers, producer) ? producers[producer] : 0;
        expect(taken).toBeGreaterThanOrEqual(count);
      }
    });
  });
});

describe('the wait before an automatic attempt', () => {
  it('is the backoff, give or take a fifth, and no two tasks come back together', () => {
    const wait = fc.nat({ max: 300_000 });
    const id = fc.string({ minLength: 1, maxLength: 40 });
    const property = fc.property(wait, id, fc.nat({ max: 20 }), (ms, task, attempt) => {
      const spread = spreadMs(ms, { id: task, attempt });
      expect(spread).toBeGreaterThanOrEqual(Math.floor(ms * 0.8));
      expect(spread).toBeLessThanOrEqual(Math.ceil(ms * 1.2));
      expect(spreadMs(ms, { id: task, attempt })).toBe(spread);
    });
    fc.assert(property, { numRuns: 1_000 });
    const many = Array.from({ length: 100 }, (_, n) =>
      spreadMs(60_000, { id: `t${n}`, attempt: 1 }),
    );
    expect(new Set(many).size).toBeGreaterThan(90);
  });
});

describe('attempts', () => {
  it('Attempts ≤ 1 + retries', () => {
    holds((history) => {
      const state = history.states.at(-1);
      expect(state?.attempt).toBe(1 + retries(history, true) + retries(history, false));
    });
  });

  it('by themselves are at most maxRetries since the last one by hand; zero means none', () => {
    holds(({ events, kind }) => {
      let count = 0;
      for (const event of events) {
        if (event.type !== 'task:retried') continue;
        count = event.data.automatic ? count + 1 : 0;
        expect(count).toBeLessThanOrEqual(kind.maxRetries);
      }
    });
  });
});
