// What each control asks, in which words, and with which fields. Pure.

import type { Budget } from '../../../../../src/contract/budget.ts';
import type { Task } from '../../../../../src/contract/task.ts';
import type { Control } from './controls.ts';

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly kind: 'line' | 'text' | 'number' | 'instant' | 'choice';
  readonly required?: boolean;
  readonly choices?: readonly string[];
  /** What a choice is called where its own name is for machines. */
  readonly words?: Readonly<Record<string, string>>;
  readonly value?: string;
}

export interface ControlSpec {
  readonly title: string;
  readonly explains: string;
  readonly button: string;
  readonly path: string;
  readonly said: string;
  readonly fields: readonly Field[];
}

const REASON: Field = { name: 'reason', label: 'Reason', kind: 'line' };
/** What may be raised, and in what it is counted. */
const LIMITS = {
  maxCostPerTask: 'Dollars for this task',
  maxTokensPerTask: 'Tokens for this task',
  maxWallMinutes: 'Minutes at work on this task',
  dailyBudget: 'Dollars of the project for today',
  maxFilesChanged: 'Files that this task may change',
  maxLinesChanged: 'Lines that this task may change',
};
/** What is proposed where a limit of dollars is raised. */
const RAISE = 2;

export const CONTROL_SPECS: Readonly<
  Record<Control, (task: Task, budget: Budget | null) => ControlSpec>
> = {
  pause: () => ({
    title: 'Pause this task',
    explains:
      'Its agent is told to stop and keeps what it has; the task goes on when it is resumed, or by itself at the time you name.',
    button: 'Pause',
    path: 'pause',
    said: 'The task is paused.',
    fields: [
      { ...REASON, value: 'manual' },
      { name: 'resumeAfter', label: 'Resume by itself at (optional)', kind: 'instant' },
    ],
  }),
  resume: () => ({
    title: 'Resume this task',
    explains: 'It goes on where it stood: at its gate, or in the queue.',
    button: 'Resume',
    path: 'resume',
    said: 'The task goes on.',
    fields: [],
  }),
  message: ({ status, pauseReason }) => ({
    title: pauseReason === 'input' ? 'Answer the agent' : 'Say something to the agent',
    explains:
      status === 'paused' && pauseReason === 'input'
        ? 'The task goes on with your answer.'
        : 'Who works on it is told at once where the agent can listen, else with the next stage.',
    button: 'Send',
    path: 'messages',
    said: 'Your message is sent.',
    fields: [{ name: 'text', label: 'Message', kind: 'text', required: true }],
  }),
  retry: ({ stages, status }) => ({
    title: 'Retry this task',
    explains:
      'A new attempt begins at that stage; what the stages before it have done is kept, and all gates are asked anew.',
    button: 'Retry',
    path: 'retry',
    said: 'A new attempt has begun.',
    fields: [
      {
        ...{ name: 'from', label: 'From the stage', kind: 'choice' },
        choices: stages.map(({ name }) => name),
        value: (status === 'failed' && stages.find((one) => one.status === 'failed')?.name) || '',
      },
    ],
  }),
  extend: (_, budget) => ({
    title: 'Raise a limit of this task',
    explains:
      'A task that this limit has stopped continues at once. The day is raised for this task and this day alone.',
    button: 'Raise and continue',
    path: 'budget/extend',
    said: 'The limit is raised.',
    fields: [
      {
        ...{ name: 'limit', label: 'Limit', kind: 'choice', value: 'maxCostPerTask' },
        choices: Object.keys(LIMITS),
        words: LIMITS,
      },
      {
        ...{ name: 'to', label: 'To', kind: 'number' },
        required: true,
        value: budget === null ? '' : String(budget.cost.limit + RAISE),
      },
      { ...REASON, required: true },
    ],
  }),
  release: ({ lease }) => ({
    title: 'Take this task from its runner',
    explains: `The lease of ${lease?.runnerName ?? 'the runner'} ends at once, nothing more is taken from it, and the task is queued for another.`,
    button: 'Take it',
    path: 'lease/force-release',
    said: 'The task is taken from its runner.',
    fields: [{ ...REASON, required: true }],
  }),
  cancel: () => ({
    title: 'Cancel this task',
    explains: 'Its agent and its subtasks are told to stop. A cancelled task can be retried.',
    button: 'Cancel the task',
    path: 'cancel',
    said: 'The task is cancelled.',
    fields: [REASON],
  }),
  archive: () => ({
    title: 'Archive this task',
    explains: 'It leaves the lists and stays as it is, with its log and receipts.',
    button: 'Archive',
    path: 'archive',
    said: 'The task is archived.',
    fields: [],
  }),
  unarchive: () => ({
    title: 'Bring this task back from the archive',
    explains: 'It stands in the lists again.',
    button: 'Unarchive',
    path: 'unarchive',
    said: 'The task is back.',
    fields: [],
  }),
  trash: ({ status }) => ({
    title: 'Move this task to the trash',
    explains: /^(completed|failed|cancelled)$/.test(status)
      ? 'It can be restored until the trash is emptied.'
      : 'It is cancelled first. It can be restored until the trash is emptied.',
    button: 'Move to the trash',
    path: 'trash',
    said: 'The task is in the trash.',
    fields: [],
  }),
  restore: () => ({
    title: 'Restore this task',
    explains: 'It comes back as it was; one that was open waits until somebody resumes it.',
    button: 'Restore',
    path: 'restore',
    said: 'The task is restored.',
    fields: [],
  }),
};

/** The body of the request; what was left empty is left out. */
export function bodyOf(
  fields: readonly Field[],
  values: Readonly<Record<string, string>>,
): Record<string, unknown> {
  return Object.fromEntries(
    fields.flatMap(({ name, kind }): readonly (readonly [string, unknown])[] => {
      const value = values[name] ?? '';
      if (value.trim() === '') return [];
      if (kind === 'number') return [[name, Number(value)]];
      return [[name, kind === 'instant' ? new Date(value).toISOString() : value]];
    }),
  );
}
