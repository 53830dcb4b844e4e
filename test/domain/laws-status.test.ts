import { describe, expect, it } from 'vitest';
import type { TaskStatus } from '../../src/contract/task.ts';
import type { Command } from '../../src/domain/command.ts';
import { openSubtasks } from '../../src/domain/family.ts';
import { nextStep } from '../../src/domain/next-step.ts';
import { isEnded, isWorking } from '../../src/domain/task.ts';
import { TRANSITIONS } from '../../src/domain/transitions.ts';
import { LOCAL } from './actors.ts';
import { holdsAtEachStep } from './law.ts';
import { BIRTH_MS, createCommand, stateAfter } from './world.ts';

/** What may become of a task that has failed or was cancelled. */
const REVIVALS: Partial<Record<Command['type'], readonly TaskStatus[]>> = {
  retry: ['queued', 'pending', 'in-progress', 'waiting-approval'],
  resume: ['in-progress', 'pending'],
  restore: ['pending'],
};

/** What ends a pause, and what the task may be then. */
const AWAKENINGS: Partial<Record<Command['type'], readonly TaskStatus[]>> = {
  resume: ['queued', 'pending', 'in-progress', 'waiting-approval', 'completed'],
  tick: ['queued', 'pending', 'in-progress', 'waiting-approval', 'completed'],
  'report-status': ['planning', 'in-progress', 'waiting-approval', 'failed', 'cancelled'],
  cancel: ['cancelled'],
  trash: ['cancelled'],
  'post-message': ['queued', 'pending', 'in-progress', 'waiting-approval', 'completed'],
  'decide-gate': ['failed'],
  'finish-work': ['failed'],
  'note-subtask': ['queued', 'pending', 'in-progress', 'waiting-approval', 'failed'],
};

describe('the status of a task', () => {
  it('changes through retry, resume of open subtasks or restoring once it is failed or cancelled', () => {
    holdsAtEachStep(({ before, after, command }) => {
      if (before === null || !isEnded(before.status) || after?.status === before.status) return;
      expect(before.status).not.toBe('completed');
      expect(Object.keys(REVIVALS)).toContain(command.type);
      expect(REVIVALS[command.type]).toContain(after?.status);
      if (command.type === 'resume') expect(openSubtasks(before)).not.toEqual([]);
      if (command.type === 'restore') expect(before.restoresTo).toBe('pending');
    });
  });

  it('never changes once it is completed', () => {
    holdsAtEachStep(({ before, after }) => {
      if (before?.status === 'completed') expect(after?.status).toBe('completed');
    });
  });

  it('follows a report only where the table says so', () => {
    holdsAtEachStep(({ before, command, events }) => {
      if (before === null || command.type !== 'report-status' || events.length === 0) return;
      expect(TRANSITIONS[before.status]).toContain(command.report.status);
    });
  });

  it('is completed exactly while there is an instant of completion', () => {
    holdsAtEachStep(({ after }) => {
      expect(after?.completedAt !== undefined).toBe(after?.status === 'completed');
    });
  });

  it('is paused exactly while there is an instant and a reason of the pause', () => {
    holdsAtEachStep(({ after }) => {
      const paused = after?.status === 'paused';
      expect(after?.pausedAt !== undefined).toBe(paused);
      expect(after?.pauseReason !== undefined).toBe(paused);
      if (!paused) expect(after?.resumeAfter).toBeUndefined();
    });
  });

  it('says why it failed or was cancelled, and nothing else has an error', () => {
    holdsAtEachStep(({ after }) => {
      const broken = after?.status === 'failed' || after?.status === 'cancelled';
      expect(after?.error !== undefined).toBe(broken);
    });
  });

  it('is never queued before an undecided gate or open subtasks, where no runner could claim it', () => {
    holdsAtEachStep(({ after }) => {
      if (after?.status !== 'queued') return;
      expect(['stage', 'commit', 'merge', 'complete']).toContain(nextStep(after).do);
    });
  });

  it('is never a working one under a lease that has nothing to do', () => {
    holdsAtEachStep(({ after }) => {
      if (after?.lease === undefined || !isWorking(after.status)) return;
      expect(after.work).toBeDefined();
    });
  });

  it('is left by a pause through resuming, answering, reporting, ending, a subtask or the clock alone', () => {
    holdsAtEachStep(({ before, after, command }) => {
      if (before?.status !== 'paused' || after?.status === 'paused') return;
      expect(Object.keys(AWAKENINGS)).toContain(command.type);
      expect(AWAKENINGS[command.type]).toContain(after?.status);
      if (command.type === 'post-message') expect(before.pauseReason).toBe('input');
    });
  });

  it('is no longer paused, nor seems to be, when a report out of a pause is held at a gate', () => {
    const by = (seconds: number) => ({ now: BIRTH_MS + seconds * 1_000, actor: LOCAL });
    const report = (stage: string) => ({ status: 'in-progress', stage }) as const;
    const asked: readonly Command[] = [
      { type: 'report-status', ...by(1), report: report('investigation') },
      { type: 'pause', ...by(2), reason: 'manual' },
      { type: 'report-status', ...by(3), report: report('fix') },
    ];
    const kind = { workflow: 'bugfix', autonomy: 'manual', maxRetries: 0 } as const;
    const state = asked.reduce(stateAfter, stateAfter(null, createCommand(kind)));
    expect(state.status).toBe('waiting-approval');
    expect(state).not.toHaveProperty('pausedAt');
    expect(state).not.toHaveProperty('pauseReason');
  });
});
