import type { TaskState } from './task.ts';

const SUBJECT_MAX = 72;
const TYPES: Readonly<Record<string, string>> = {
  feature: 'feat',
  bugfix: 'fix',
  refactor: 'refactor',
};

/** Git takes no NUL, and a subject is one line of whole characters. */
const printable = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[^\P{Cc}\n]/gu, ' ')
    .trim();

/** The message of the commit that a stage makes: one subject line, then where it comes from. */
export function commitMessage(state: TaskState): string {
  const [firstLine = ''] = printable(state.description).split('\n');
  const conventional = state.plan.config.git.commitFormat === 'conventional';
  const stage = state.stages.findLast(({ status }) => status === 'completed')?.name ?? 'work';
  const prefix = conventional ? `${TYPES[state.workflow] ?? 'chore'}(${stage}): ` : '';
  const room = SUBJECT_MAX - prefix.length;
  const letters = [...firstLine];
  const subject =
    letters.length <= room
      ? firstLine
      : `${letters
          .slice(0, room - 1)
          .join('')
          .trimEnd()}…`;
  return `${prefix}${subject}\n\nStage: ${stage}\nTask: ${state.id}\n`;
}
