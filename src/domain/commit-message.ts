import type { TaskState } from './task.ts';

const SUBJECT_MAX = 72;
const TYPES: Readonly<Record<string, string>> = {
  feature: 'feat',
  bugfix: 'fix',
  refactor: 'refactor',
};

/** The message of the commit that a stage makes: one subject line, then where it comes from. */
export function commitMessage(state: TaskState): string {
  const [firstLine = ''] = state.description.split('\n');
  const conventional = state.plan.config.git.commitFormat === 'conventional';
  const stage = state.stages.findLast(({ status }) => status === 'completed')?.name ?? 'work';
  const prefix = conventional ? `${TYPES[state.workflow] ?? 'chore'}(${stage}): ` : '';
  const room = SUBJECT_MAX - prefix.length;
  const subject =
    firstLine.length <= room ? firstLine : `${firstLine.slice(0, room - 1).trimEnd()}…`;
  return `${prefix}${subject}\n\nStage: ${stage}\nTask: ${state.id}\n`;
}
