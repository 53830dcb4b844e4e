import { describe, expect, it } from 'vitest';
import type { TaskEvent } from '../../src/contract/event.ts';
import type { Command } from '../../src/domain/command.ts';
import { blockedBy } from '../../src/domain/task.ts';
import type { History } from './histories.ts';
import { histories } from './law.ts';

const happened = (history: History, type: TaskEvent['type']): boolean =>
  history.events.some((event) => event.type === type);

const stood = (history: History, kind: 'work' | 'asked' | 'report'): boolean =>
  history.states.some(({ hold }) => hold?.kind === kind);

const committedUnderGate = ({ events }: History): boolean =>
  events.some((event) => event.type === 'work:given' && event.data.gateId !== undefined);

const automatic = ({ events }: History): boolean =>
  events.some((event) => event.type === 'task:retried' && event.data.automatic);

const byHand = ({ events }: History): boolean =>
  events.some((event) => event.type === 'task:retried' && !event.data.automatic);

const merged = ({ states }: History): boolean => states.at(-1)?.merged === true;

const failedBySubtasks = ({ states }: History): boolean =>
  states.some(({ error }) => error?.endsWith('subtask(s) failed'));

const pausedBySubtask = ({ states }: History): boolean =>
  states.some(({ pauseReason }) => pauseReason?.startsWith('subtask_paused:'));

const passedQuorum = ({ states }: History): boolean =>
  states.at(-1)?.gates.some(({ status, quorum = 1 }) => status === 'approved' && quorum > 1) ===
  true;

const timedOut = ({ events }: History): boolean =>
  events.some((event) => event.type === 'gate:rejected' && event.data.reason === 'timeout');

describe('random histories', () => {
  it.each<[string, (history: History) => boolean]>([
    ['complete', (history) => happened(history, 'task:completed')],
    ['complete by a runner', (history) => happened(history, 'task:completed') && merged(history)],
    ['fail', (history) => happened(history, 'task:failed')],
    ['are cancelled', (history) => happened(history, 'task:cancelled')],
    ['wait at a gate that work reached', (history) => stood(history, 'work')],
    ['wait at a gate that a report reached', (history) => stood(history, 'report')],
    ['wait because somebody asked', (history) => stood(history, 'asked')],
    ['are tried again by themselves', automatic],
    ['are tried again by hand', byHand],
    ['are sent back for changes', (history) => happened(history, 'gate:changes-requested')],
    ['pass the gate of commits', committedUnderGate],
    ['are rejected', (history) => happened(history, 'gate:rejected')],
    ['pause', (history) => happened(history, 'task:paused')],
    ['resume', (history) => happened(history, 'task:resumed')],
    ['are split', (history) => happened(history, 'task:decomposed')],
    ['wait for their subtasks', ({ states }) => states.some(({ executing }) => executing)],
    ['fail with their subtasks', failedBySubtasks],
    ['pause with a subtask', pausedBySubtask],
    ['wait for other tasks', ({ states }) => states.some((state) => blockedBy(state).length > 0)],
    ['hear of other tasks', (history) => happened(history, 'dependency:changed')],
    ['are subtasks', ({ states }) => states[0]?.parent !== undefined],
    ['are voted on', (history) => happened(history, 'gate:vote')],
    ['pass a gate with a quorum', passedQuorum],
    ['are too late at a gate', timedOut],
    ['go into the trash', (history) => happened(history, 'task:trashed')],
    ['come back from it', (history) => happened(history, 'task:restored')],
    ['go into the archive', (history) => happened(history, 'task:archived')],
    ['leave it', (history) => happened(history, 'task:unarchived')],
    ['are deleted', (history) => happened(history, 'trash:emptied')],
    ['follow a workflow of their own', ({ kind }) => kind.workflow === 'release'],
  ])('%s often enough to be judged', (_name, claim) => {
    expect(histories().filter(claim).length).toBeGreaterThan(12);
  });

  it('lose runners, confirmed and not', () => {
    const steps = histories().flatMap((history) => history.steps);
    const lost = steps.filter(({ command, events }) => {
      return command.type === 'expire-lease' && events.length > 0;
    });
    const confirmed = lost.filter(
      ({ command }) => command.type === 'expire-lease' && command.confirmed,
    );
    expect(confirmed.length).toBeGreaterThan(12);
    expect(lost.length - confirmed.length).toBeGreaterThan(12);
  });

  it('hold every command, taken and refused', () => {
    const steps = histories().flatMap((history) => history.steps.slice(1));
    const taken = new Set<Command['type']>();
    const refused = new Set<Command['type']>();
    for (const { command, decided } of steps) (decided.ok ? taken : refused).add(command.type);
    const types = ['report-status', 'add-log', 'cancel', 'pause', 'resume', 'retry'] as const;
    const holder = ['claim', 'release', 'finish-work', 'ingest', 'report-progress'] as const;
    const shelf = ['trash', 'restore', 'archive', 'unarchive', 'empty-trash'] as const;
    const family = ['decompose', 'execute-subtasks'] as const;
    const both = [...types, ...holder, ...shelf, ...family, 'decide-gate'] as const;
    expect([...refused]).toEqual(expect.arrayContaining([...both]));
    const heard = ['note-subtask', 'note-dependency', 'tick'] as const;
    expect([...taken]).toEqual(expect.arrayContaining([...both, ...heard]));
  });
});
