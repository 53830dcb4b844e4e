import type { GivenWork, TaskState } from './task.ts';

const ROLES: Readonly<Record<string, string>> = {
  planner:
    'You plan. Read the code, then write down how the task will be done, in small steps. Change no code.',
  architect:
    'You design. Settle the shape of the solution: files, interfaces, data, risks. Keep it short.',
  developer: 'You implement. Make the change, whole and tidy, in the style of the code around it.',
  tester: 'You test. Write the tests that would have failed before the change, and run them all.',
  reviewer:
    'You review. Read the whole change and name its defects, each with its place. Change nothing.',
  devops: 'You build, ship and run. Make the change repeatable and reversible.',
};

const section = (title: string, text: string | undefined): string[] =>
  text === undefined || text.trim() === '' ? [] : [`## ${title}`, '', text.trim(), ''];

/** What the agent command reads on its standard input. */
export function stagePrompt(state: TaskState, work: GivenWork): string {
  const stage = state.plan.stages.find(({ name }) => name === work.stage);
  const earlier = Object.entries(state.outputs).map(([key, value]) => `### ${key}\n\n${value}`);
  const feedback = state.feedback.map(({ by, comment }) => `- ${by}: ${comment}`);
  const lines = [
    `# Task: ${state.description}`,
    '',
    ...section('Acceptance criteria', state.acceptanceCriteria),
    ...section(
      'Your part',
      `Stage "${work.stage}". ${ROLES[stage?.agent ?? ''] ?? ''} ${stage?.description ?? ''}`,
    ),
    ...section('What is expected of this stage', stage?.outputs.join(', ')),
    ...section('What came before', earlier.join('\n\n')),
    ...section('What was asked to be changed', feedback.join('\n')),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}
