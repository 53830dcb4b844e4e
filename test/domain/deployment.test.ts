import { describe, expect, it } from 'vitest';
import { DEPLOYMENT_STATES } from '../../src/contract/deployment.ts';
import type { DeploymentCommand } from '../../src/domain/deployment/command.ts';
import { dueAt, newsOf } from '../../src/domain/deployment/news.ts';
import { usualSteps } from '../../src/domain/deployment/remediation.ts';
import { deploymentView } from '../../src/domain/deployment/view.ts';
import { decideDeployment } from '../../src/domain/deployment.ts';
import {
  ANN,
  add,
  artifact,
  BOB,
  cancel,
  EACH,
  factsAt,
  fail,
  guarded,
  having,
  MAKER,
  made,
  NOW,
  promote,
  report,
  taskEnded,
  tick,
} from './deployment-world.ts';

const CALLS: Readonly<Record<string, DeploymentCommand>> = {
  'build running': report('build', 'running'),
  'build succeeded': report('build', 'succeeded'),
  'build skipped': report('build', 'skipped'),
  'build failed': report('build', 'failed'),
  'test succeeded': report('test', 'succeeded'),
  'add an artifact': add(7),
  'add the same artifact': add(1),
  promote: promote(null),
  'fail at build': fail('build'),
  'fail at promote': fail('promote'),
  cancel,
};

/** What each call comes to in each state; all else is refused. */
const TABLE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  pending: {
    ...{ 'build running': 'running', 'build succeeded': 'running', 'build skipped': 'running' },
    ...{ 'build failed': 'failed', 'add an artifact': 'pending', 'add the same artifact': '=' },
    ...{ 'fail at build': 'failed', 'fail at promote': 'failed', cancel: 'cancelled' },
  },
  running: {
    ...{ 'build running': '=', 'build succeeded': 'running', 'build skipped': 'running' },
    ...{ 'build failed': 'failed', 'add an artifact': 'running', 'add the same artifact': '=' },
    ...{ 'fail at build': 'failed', 'fail at promote': 'failed', cancel: 'cancelled' },
  },
  ready: {
    ...{ 'build succeeded': '=', 'test succeeded': '=', promote: 'succeeded' },
    ...{ 'add an artifact': 'ready', 'add the same artifact': '=' },
    ...{ 'fail at build': 'failed', 'fail at promote': 'failed', cancel: 'cancelled' },
  },
  succeeded: {},
  failed: {},
  cancelled: {},
};

const pairs = DEPLOYMENT_STATES.flatMap((state) =>
  Object.keys(CALLS).map((call) => ({ state, call, comes: TABLE[state]?.[call] ?? 'refused' })),
);

describe('a deployment', () => {
  it.each(pairs)('that is $state: $call comes to $comes', ({ state, call, comes }) => {
    const before = EACH[state];
    const command = CALLS[call];
    if (command === undefined) throw new Error(call);
    const copy = structuredClone(before);
    const decided = decideDeployment(before, command, factsAt());
    expect(before).toEqual(copy);
    if (comes === 'refused') {
      expect(decided).toMatchObject({ ok: false, refusal: { code: 'invalid_transition' } });
    } else if (comes === '=') expect(decided.ok && decided.value === before).toBe(true);
    else {
      expect(decided).toMatchObject({
        ...{ ok: true, value: { state: comes, revision: before.revision + 1 } },
      });
    }
  });

  it.each(DEPLOYMENT_STATES)(
    'that is %s and late takes nothing, and time fails it if it is open',
    (state) => {
      const late = factsAt(3_600_000);
      for (const command of Object.values(CALLS)) {
        expect(decideDeployment(EACH[state], command, late).ok).toBe(false);
      }
      const passed = having(EACH[state], [tick], late);
      const isOpen = ['pending', 'running', 'ready'].includes(state);
      expect(passed.failure?.detectedBy).toBe(isOpen ? 'timeout' : EACH[state].failure?.detectedBy);
      if (!isOpen) expect(passed).toBe(EACH[state]);
    },
  );

  it.each([
    ['pending', 'build', 'succeeded'],
    ['running', 'build', 'succeeded'],
    ['ready', 'promote', 'ready'],
  ] as const)('that is %s ends with its task', (state, stage, completed) => {
    const failed = having(EACH[state], [taskEnded('cancelled')]);
    expect(failed.failure).toMatchObject({ stage, detectedBy: 'task' });
    expect(having(EACH[state], [taskEnded('completed')]).state).toBe(completed);
  });

  it('says what to do whatever fails, and what it was told where it was told', () => {
    for (const stage of ['build', 'test', 'promote', 'scan', 'constructor']) {
      expect(usualSteps(stage).length).toBeGreaterThan(0);
      expect(usualSteps(stage, true).length).toBeGreaterThan(0);
    }
    const told = { ...fail('build'), remediation: ['Sleep'] } as DeploymentCommand;
    expect(having(made(), [told]).failure?.remediation).toEqual(['Sleep']);
  });

  it('knows no stage but its own', () => {
    const unknown = decideDeployment(made(), report('scan', 'running'), factsAt());
    expect(unknown).toMatchObject({ refusal: { code: 'not_found' } });
    const wrong = decideDeployment(made(), fail('scan'), factsAt());
    expect(wrong).toMatchObject({ refusal: { code: 'validation_failed' } });
  });

  it('promotes nothing where there is nothing, no place, or something newer', () => {
    const done = [report('build', 'succeeded'), report('test', 'succeeded')];
    const bare = having(made({ artifacts: [] }), done);
    expect(deploymentView(bare).waitingFor).toBe('artifact');
    expect(decideDeployment(bare, promote(), factsAt())).toMatchObject({
      refusal: { code: 'artifact_required' },
    });
    const nowhere = factsAt(0, null);
    const gone = having(made(), done, nowhere);
    expect(gone.state).toBe('ready');
    expect(decideDeployment(gone, promote(), nowhere).ok).toBe(false);
    const newer = factsAt(0, { rule: null, currentDeploymentId: 'dep_6' });
    const late = having(made(), done, newer);
    expect(late.state).toBe('ready');
    expect(decideDeployment(late, promote(), newer)).toMatchObject({
      refusal: { code: 'newer_deployment_live' },
    });
    expect(having(late, [promote(ANN, true)], newer).state).toBe('succeeded');
  });
});

describe('an approval', () => {
  const done = [report('build', 'succeeded'), report('test', 'succeeded')];

  it('is of a person who may, and not of who has made it', () => {
    const facts = factsAt(0, guarded({ from: ['role:developer'] }));
    const waiting = having(made(), done, facts);
    const code = (voter: Parameters<typeof promote>[0]) => {
      const decided = decideDeployment(waiting, promote(voter), facts);
      return decided.ok ? decided.value.state : decided.refusal.code;
    };
    expect([code(null), code(MAKER), code(ANN)]).toEqual([
      ...['human_required', 'self_approval', 'succeeded'],
    ]);
  });

  it('opens at the end of the wait, of which the object is told', () => {
    const place = guarded({ waitSeconds: 60, required: 2 });
    const waiting = having(made(), done, factsAt(0, place));
    const expiry = NOW + 604_800_000;
    expect(dueAt(waiting, NOW)).toBe(expiry);
    const voted = having(waiting, [promote(ANN), promote(BOB)], factsAt(10, place));
    expect([voted.state, dueAt(voted, NOW + 10)]).toEqual(['ready', NOW + 60_000]);
    const errands = newsOf(waiting, voted, NOW + 10).map(({ type }) => type);
    expect(errands).toEqual(['deployment.updated', 'errand:deployment']);
    expect(having(voted, [tick], factsAt(59_999, place))).toBe(voted);
    const demoted = {
      ...factsAt(60_000, place),
      standings: { [ANN.id]: 'viewer', [BOB.id]: 'viewer' } as const,
    };
    expect(having(voted, [tick], demoted)).toBe(voted);
    expect(dueAt(voted, NOW + 60_000)).toBe(expiry);
    expect(having(voted, [tick], factsAt(60_000, place))).toMatchObject({
      ...{ state: 'succeeded', promotedBy: BOB.id },
    });
  });

  it('is void once something is added', () => {
    const facts = factsAt(0, guarded({ required: 2 }));
    const voted = having(made(), [...done, promote(ANN)], facts);
    const added = having(voted, [add(2)], facts);
    expect(added.approval?.votes).toEqual([]);
    expect(added.artifacts).toEqual([artifact(1), artifact(2)]);
  });
});
