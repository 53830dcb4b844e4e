import { describe, expect, it } from 'vitest';
import type { OtherEvent } from '../../console/src/live/task-stream.ts';
import { bodyOf } from '../../console/src/pages/task/controls/control-spec.ts';
import { controlsOf } from '../../console/src/pages/task/controls/controls.ts';
import { cellsOf } from '../../console/src/pages/task/course.ts';
import { lastsMs, rateOf } from '../../console/src/pages/task/rate.ts';
import { standingOf } from '../../console/src/pages/task/standing.ts';
import { costsOf } from '../../console/src/pages/task/tabs/costs.ts';
import { phasesOf, placeOf, seqAt } from '../../console/src/travel/phases.ts';
import type { Gate } from '../../src/contract/gate.ts';
import type { TaskSnapshot, TaskStage } from '../../src/contract/task.ts';

const T0 = '2026-01-01T00:00:00.000Z';
const later = (seconds: number): string => new Date(Date.parse(T0) + seconds * 1_000).toISOString();

const stage = (name: string, more: Partial<TaskStage> = {}): TaskStage => ({
  ...{ name, agent: 'developer', status: 'pending', attempts: 0 },
  ...more,
});

const gate = (name: string, more: Partial<Gate> = {}): Gate => ({
  ...{ id: `gate_${name}`, taskId: 'task_1', name, status: 'pending', source: 'autonomy' },
  ...{ instance: 1, attempt: 1, requiredAt: T0, actionHash: 'sha256:0' },
  action: { type: 'gate.default', target: {}, params: {} },
  ...more,
});

const task = (more: Partial<TaskSnapshot> = {}): TaskSnapshot => ({
  ...{ id: 'task_1', projectId: 'p', description: 'd', status: 'in-progress', workflow: 'bugfix' },
  ...{ autonomy: 'full', priority: 'normal', effort: 'small', createdAt: T0, updatedAt: T0 },
  usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0, estimatedCost: 0 },
  ...{ environment: 'development', branchName: 'b', attempt: 1, retryCount: 0, maxRetries: 0 },
  ...{ resumeAttempts: 0, dependsOn: [], blockedBy: [], subtaskIds: [], stages: [], gates: [] },
  ...{ createdBy: 'usr_1', artifacts: [], seq: 1 },
  ...more,
});

/** Events of which only what is read matters. */
const event = (seq: number, type: string, data: object, seconds = seq): OtherEvent =>
  ({ seq, type, data, taskId: 'task_1', timestamp: later(seconds) }) as unknown as OtherEvent;
const used = (seq: number, dollars: number) =>
  event(seq, 'usage:updated', { inputTokens: seq, outputTokens: 0, costMicros: dollars * 1e6 });

describe('how a task stands', () => {
  it('is told by the gate that holds it, whatever its status says', () => {
    const held = task({ status: 'queued', gates: [gate('review', { reachedAt: T0 })] });
    expect(standingOf(held)).toEqual({
      status: 'waiting-approval',
      text: 'waits for the gate review',
    });
  });

  it('is not told by a gate that is not reached yet, nor by one that does not block', () => {
    const beside = gate('push', { reachedAt: T0, blocking: false, source: 'request' });
    const at = task({ gates: [gate('review'), beside] });
    expect(standingOf(at).status).toBe('in-progress');
  });

  it('says what it waits for, and where it lies', () => {
    expect(standingOf(task({ status: 'queued', waitingFor: 'budget' })).text).toBe(
      'queued · waits for budget',
    );
    expect(standingOf(task({ status: 'paused', pauseReason: 'lunch' })).text).toBe(
      'paused · lunch',
    );
    expect(standingOf(task({ status: 'failed', trashedAt: T0 })).text).toBe(
      'failed · in the trash',
    );
  });
});

describe('the timeline', () => {
  const done = stage('fix', {
    ...{ status: 'completed', attempts: 2, startedAt: T0, completedAt: later(42) },
  });
  const view = (more: Partial<TaskSnapshot>, seconds: number) =>
    cellsOf({ task: task(more), at: null, ms: Date.parse(later(seconds)) });

  it('has each stage with its time and tries, and its gates after it', () => {
    const review = gate('review', { stage: 'fix', reachedAt: later(50) });
    const cells = view({ stages: [done, stage('test')], gates: [review] }, 60);
    expect(cells.map(({ name, state, ms, tries }) => [name, state, ms, tries])).toEqual([
      ['fix', 'ok', 42_000, 2],
      ['review', 'wait', 10_000, 1],
      ['test', 'todo', null, 0],
    ]);
  });

  it('counts the newest instance of a gate alone', () => {
    const first = gate('review', { stage: 'fix', status: 'rejected', reachedAt: T0 });
    const second = gate('review', { id: 'gate_2', stage: 'fix', instance: 2, status: 'approved' });
    const cells = view({ stages: [done], gates: [second, first] }, 60);
    expect(cells.map(({ key, state }) => [key, state])).toEqual([
      ['stage fix', 'ok'],
      ['gate_2', 'ok'],
    ]);
  });

  it('shows a stage as waiting while its agent asks people, or is paused', () => {
    const running = stage('fix', { status: 'running', attempts: 1, startedAt: T0 });
    const push = gate('push', { source: 'request', stage: 'fix', reachedAt: T0 });
    expect(view({ stages: [running], gates: [push] }, 9)[0]).toMatchObject({ state: 'wait' });
    expect(view({ stages: [running], status: 'paused' }, 9)[0]).toMatchObject({ state: 'wait' });
    expect(view({ stages: [running] }, 9)[0]).toMatchObject({ state: 'busy', ms: 9_000 });
  });
});

describe('what can be asked of a task', () => {
  it('hangs on how it stands', () => {
    expect(controlsOf(task({ status: 'paused' }))).toContain('resume');
    expect(controlsOf(task({ status: 'failed' }))).toEqual(['retry', 'trash']);
    expect(controlsOf(task({ status: 'completed' }))).toEqual(['archive', 'trash']);
    expect(controlsOf(task({ status: 'failed', trashedAt: T0 }))).toEqual(['restore']);
    expect(controlsOf(task())).toContain('retry');
  });

  it('leaves out of the body what was left empty, and gives numbers as numbers', () => {
    const fields = [
      { name: 'to', label: '', kind: 'number' },
      { name: 'reason', label: '', kind: 'line' },
      { name: 'resumeAfter', label: '', kind: 'instant' },
    ] as const;
    expect(bodyOf(fields, { to: '2.5', reason: ' ', resumeAfter: T0 })).toEqual({
      to: 2.5,
      resumeAfter: T0,
    });
  });
});

describe('cost', () => {
  it('is counted for the stage that was at work, over all tries', () => {
    const events = [
      event(1, 'work:given', { stage: 'plan', kind: 'stage' }),
      used(2, 1),
      event(3, 'work:given', { stage: 'fix', kind: 'stage' }),
      used(4, 1.5),
      event(5, 'work:given', { stage: 'plan', kind: 'stage' }),
      used(6, 3.5),
    ];
    const { points, stages } = costsOf(events);
    expect(stages.map((one) => [one.stage, one.micros / 1e6])).toEqual([
      ['plan', 3],
      ['fix', 0.5],
    ]);
    expect(points.map(({ dollars }) => dollars)).toEqual([1, 1.5, 3.5]);
  });

  it('has the rate of the present lease, and lasts as long as there is some left', () => {
    const events = [used(1, 5), used(20, 6)];
    const rate = rateOf(events, later(10), Date.parse(later(3_610)));
    expect(rate).toBeCloseTo(1);
    expect(lastsMs(2, rate)).toBeCloseTo(7_200_000);
    expect(rateOf(events, undefined, 0)).toBeNull();
    expect(rateOf(events, later(10), Date.parse(later(11)))).toBeNull();
    expect(lastsMs(2, 0)).toBeNull();
  });
});

describe('the history', () => {
  const events = [
    event(1, 'task:created', {}),
    event(2, 'task:queued', {}),
    event(10, 'task:stage-changed', { stage: 'fix' }),
    event(999, 'work:given', { stage: 'fix', kind: 'stage' }),
    event(1_000, 'gate:required', { gateName: 'review' }),
    event(1_002, 'task:completed', { status: 'completed' }),
  ];
  const phases = phasesOf(events);

  it('is a row of phases', () => {
    expect(phases.map(({ name, from }) => [name, from])).toEqual([
      ['queued', 1],
      ['fix', 10],
      ['review gate', 1_000],
      ['completed', 1_002],
    ]);
  });

  it('gives each event a place, and each place an event', () => {
    expect(placeOf(phases, 1_002, 1)).toBe(0);
    expect(placeOf(phases, 1_002, 505)).toBeCloseTo(1.5);
    expect(placeOf(phases, 1_002, 1_002)).toBe(4);
    for (const seq of [1, 5, 10, 505, 999, 1_000, 1_001, 1_002])
      expect(seqAt(phases, 1_002, placeOf(phases, 1_002, seq))).toBe(seq);
  });
});
