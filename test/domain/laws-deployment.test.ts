import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Deployment, type DeploymentRecord } from '../../src/contract/deployment.ts';
import type { DeploymentCommand, Facts } from '../../src/domain/deployment/command.ts';
import { dueAt, newsOf } from '../../src/domain/deployment/news.ts';
import { isOpen } from '../../src/domain/deployment/stages.ts';
import { deploymentView } from '../../src/domain/deployment/view.ts';
import { decideDeployment } from '../../src/domain/deployment.ts';
import {
  ANN,
  add,
  BOB,
  cancel,
  factsAt,
  fail,
  free,
  guarded,
  MAKER,
  made,
  promote,
  report,
  taskEnded,
  tick,
} from './deployment-world.ts';

vi.setConfig({ testTimeout: 60_000 });

const anyCommand: fc.Arbitrary<DeploymentCommand> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('build', 'test', 'scan'),
      fc.constantFrom('running' as const, 'succeeded', 'succeeded', 'failed', 'skipped'),
    )
    .map(([stage, state]) => report(stage, state)),
  fc.nat(3).map(add),
  fc.tuple(fc.constantFrom(null, ANN, BOB, MAKER), fc.boolean()).map(([who, f]) => promote(who, f)),
  fc.constantFrom('build', 'promote', 'scan').map(fail),
  fc.constantFrom(cancel, tick, taskEnded('completed'), taskEnded('failed')),
);
const anyPlace = fc.constantFrom(
  ...[null, free, free, { ...free, currentDeploymentId: 'dep_9' }],
  ...[guarded(), guarded({ required: 2, waitSeconds: 60 }), guarded({ from: ['role:owner'] })],
);
const anyStep = fc.record({ command: anyCommand, waitMs: fc.nat(200_000), place: anyPlace });
const anyStart = fc.record({
  autoPromote: fc.boolean(),
  hasArtifact: fc.boolean(),
  timeoutSeconds: fc.integer({ min: 1, max: 3_600 }),
});

interface Moment {
  readonly before: DeploymentRecord;
  readonly after: DeploymentRecord;
  readonly facts: Facts;
}

/** A life of a deployment, refusals left out. */
const lives = fc.tuple(anyStart, fc.array(anyStep, { maxLength: 25 })).map(([start, steps]) => {
  const moments: Moment[] = [];
  const { hasArtifact, ...fields } = start;
  let record = made({ ...fields, ...(hasArtifact ? {} : { artifacts: [] }) });
  let time = 0;
  for (const { command, waitMs, place } of steps) {
    time += waitMs;
    const facts = factsAt(time, place);
    const decided = decideDeployment(record, command, facts);
    if (!decided.ok) continue;
    moments.push({ before: record, after: decided.value, facts });
    record = decided.value;
  }
  return moments;
});

function holds(law: (moment: Moment) => void): void {
  const check = (moments: readonly Moment[]) => moments.forEach(law);
  fc.assert(fc.property(lives, check), { numRuns: 2_000 });
}

const RANK = { pending: 0, running: 1, ready: 2, succeeded: 3, failed: 3, cancelled: 3 } as const;

describe('in every life of a deployment', () => {
  it('it only goes on, and what has ended stays as it is', () => {
    holds(({ before, after }) => {
      expect(RANK[after.state]).toBeGreaterThanOrEqual(RANK[before.state]);
      if (!isOpen(before)) expect(after).toBe(before);
      const step = after === before ? 0 : 1;
      expect(after.revision).toBe(before.revision + step);
    });
  });

  it('what is promoted has artifacts, all of them promoted, and its stages are done', () => {
    holds(({ after }) => {
      const isLive = after.state === 'succeeded';
      expect(after.artifacts.every(({ promotedAt }) => (promotedAt !== null) === isLive)).toBe(
        true,
      );
      expect(after.promotedAt !== null).toBe(isLive);
      if (!isLive) return;
      expect(after.artifacts.length).toBeGreaterThan(0);
      expect(after.stages.every(({ state }) => /succeeded|skipped/.test(state))).toBe(true);
    });
  });

  it('a protected environment gets nothing without its approvals, and not before their time', () => {
    holds(({ before, after, facts }) => {
      if (before.state === 'succeeded' || after.state !== 'succeeded') return;
      if (facts.place?.rule) expect(after.approval).not.toBe(null);
      const { approval } = after;
      if (approval === null) return;
      const voters = new Set(approval.votes.map(({ approverId }) => approverId));
      expect(voters.size).toBe(approval.votes.length);
      expect(voters.size).toBeGreaterThanOrEqual(approval.required);
      expect(voters.has(MAKER.id)).toBe(false);
      expect(Date.parse(approval.opensAt)).toBeLessThanOrEqual(facts.now);
      expect(Date.parse(approval.expiresAt)).toBeGreaterThan(facts.now);
    });
  });

  it('what has failed says where, why and what to do; nothing else does', () => {
    holds(({ after }) => {
      expect(after.failure !== null).toBe(after.state === 'failed');
      if (after.failure === null) return;
      expect(after.failure.remediation.length).toBeGreaterThan(0);
      expect(after.failure.summary).not.toBe('');
      expect(['build', 'test', 'promote']).toContain(after.failure.stage);
    });
  });

  it('stages are done in their order, and no two are at work at once', () => {
    holds(({ after }) => {
      const states = after.stages.map(({ state }) => state);
      expect(states.filter((state) => state === 'running').length).toBeLessThanOrEqual(1);
      if (states[0] === 'pending')
        expect(states.slice(1).every((one) => one === 'pending')).toBe(true);
    });
  });

  it('something is due while it is open, and nothing after; the object is told of each change', () => {
    holds(({ before, after, facts: { now } }) => {
      const due = dueAt(after, now);
      expect(due !== null).toBe(isOpen(after));
      if (after === before) return;
      const news = newsOf(before, after, now);
      const errand = news.find(({ type }) => type === 'errand:deployment');
      if (due !== dueAt(before, now)) expect(errand?.data).toMatchObject({ dueAt: due });
      const ended = isOpen(before) && !isOpen(after);
      const told = news.map(({ type }) => type).filter((type) => type.startsWith('deployment.'));
      expect(told).toEqual([ended ? expect.not.stringContaining('updated') : 'deployment.updated']);
    });
  });

  it('what is shown keeps what only the rules look at to itself', () => {
    holds(({ after }) => {
      const shown = deploymentView(after);
      expect(Object.keys(shown)).toEqual(Object.keys(Deployment.shape));
      expect(Deployment.parse(shown)).toEqual(shown);
    });
  });
});
