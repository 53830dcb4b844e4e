import type { Command } from './command.ts';
import type { GivenWork, TaskState } from './task.ts';

type PlannedStage = TaskState['plan']['stages'][number];

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

/** What a stage is handed of what came before: the outputs that it names, else all that are not its own. */
export function inputsOf(state: TaskState, stage: PlannedStage | undefined): [string, string][] {
  return Object.entries(state.outputs).filter(([key]) => {
    if (stage === undefined) return true;
    return stage.inputs.length > 0 ? stage.inputs.includes(key) : !stage.outputs.includes(key);
  });
}

/** What a command brings of what agents are told. */
export function promptsIn(command: Command): Readonly<Record<string, string>> {
  if (command.type === 'create') return command.prompts ?? {};
  if (command.type === 'decompose') return command.decomposition.prompts ?? {};
  return command.type === 'finish-work' ? (command.decomposition?.prompts ?? {}) : {};
}

/** What the agent command reads on its standard input. */
export function stagePrompt(state: TaskState, work: GivenWork): string {
  const stage = state.plan.stages.find(({ name }) => name === work.stage);
  const named = stage === undefined || stage.inputs.length === 0 ? undefined : stage;
  const earlier = inputsOf(state, named).map(([key, value]) => `### ${key}\n\n${value}`);
  const agent = stage?.agent ?? '';
  const { prompts = {} } = state;
  const own = Object.hasOwn(prompts, agent) ? prompts[agent] : undefined;
  const role = own ?? (Object.hasOwn(ROLES, agent) ? ROLES[agent] : undefined) ?? '';
  const feedback = state.feedback.map(({ by, comment }) => `- ${by}: ${comment}`);
  const said = (state.messages ?? [])
    .filter(({ workId }) => workId === work.workId)
    .map(({ from, text }) => `- ${from}: ${text}`);
  const lines = [
    `# Task: ${state.description}`,
    '',
    ...section('Acceptance criteria', state.acceptanceCriteria),
    ...section('Your part', `Stage "${work.stage}". ${role} ${stage?.description ?? ''}`),
    ...section('Skills', stage?.skills?.join(', ')),
    ...section('What is expected of this stage', stage?.outputs.join(', ')),
    ...section('What came before', earlier.join('\n\n')),
    ...section('What was asked to be changed', feedback.join('\n')),
    ...section('What people have said', said.join('\n')),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}
