import type { Agent, Workflow } from '../contract/workflow.ts';
import type { WorkflowStage } from '../contract/workflow-stage.ts';

const DEFAULT_TIMEOUT_SECONDS = 3_600;
const DEFAULT_STAGE_RETRIES = 2;

interface StageSketch {
  readonly name: string;
  readonly agent: string;
  readonly description: string;
  readonly dependsOn?: readonly string[];
  readonly outputs: readonly string[];
  readonly writes?: true;
}

const stage = (sketch: StageSketch): WorkflowStage => ({
  name: sketch.name,
  agent: sketch.agent,
  description: sketch.description,
  dependsOn: [...(sketch.dependsOn ?? [])],
  inputs: [],
  outputs: [...sketch.outputs],
  writes: sketch.writes ?? false,
  timeout: DEFAULT_TIMEOUT_SECONDS,
  maxRetries: DEFAULT_STAGE_RETRIES,
});

const workflow = (name: string, description: string, stages: readonly StageSketch[]): Workflow => ({
  name,
  description,
  triggers: ['manual', `apex:${name}`],
  stages: stages.map(stage),
});

/** The workflows that every project has. Each stage begins when those it depends on have completed. */
export const WORKFLOWS: Readonly<Record<string, Workflow>> = {
  feature: workflow('feature', 'Plan, design, build, test and review something new.', [
    {
      name: 'planning',
      agent: 'planner',
      description: 'Plan the work.',
      outputs: ['implementation_plan', 'subtasks'],
    },
    {
      name: 'architecture',
      agent: 'architect',
      description: 'Design the solution.',
      dependsOn: ['planning'],
      outputs: ['technical_design'],
    },
    {
      name: 'implementation',
      agent: 'developer',
      description: 'Make the change.',
      dependsOn: ['architecture'],
      outputs: ['code_changes', 'branch_name'],
      writes: true,
    },
    {
      name: 'testing',
      agent: 'tester',
      description: 'Test the change.',
      dependsOn: ['implementation'],
      outputs: ['test_files', 'coverage_report'],
    },
    {
      name: 'review',
      agent: 'reviewer',
      description: 'Review the change.',
      dependsOn: ['implementation', 'testing'],
      outputs: ['review_findings'],
    },
  ]),
  bugfix: workflow('bugfix', 'Find the cause of a fault, mend it, test it, review it.', [
    {
      name: 'investigation',
      agent: 'developer',
      description: 'Find the cause.',
      outputs: ['root_cause', 'affected_files'],
    },
    {
      name: 'fix',
      agent: 'developer',
      description: 'Mend the fault.',
      dependsOn: ['investigation'],
      outputs: ['code_changes'],
      writes: true,
    },
    {
      name: 'testing',
      agent: 'tester',
      description: 'Test that the fault is gone.',
      dependsOn: ['fix'],
      outputs: ['test_files'],
    },
    {
      name: 'review',
      agent: 'reviewer',
      description: 'Review the change.',
      dependsOn: ['fix', 'testing'],
      outputs: ['review_findings'],
    },
  ]),
  refactor: workflow('refactor', 'Change the shape of code and nothing that it does.', [
    {
      name: 'analysis',
      agent: 'architect',
      description: 'Plan the new shape.',
      outputs: ['refactoring_plan'],
    },
    {
      name: 'refactor',
      agent: 'developer',
      description: 'Change the shape.',
      dependsOn: ['analysis'],
      outputs: ['code_changes'],
      writes: true,
    },
    {
      name: 'testing',
      agent: 'tester',
      description: 'Test that nothing else has changed.',
      dependsOn: ['refactor'],
      outputs: ['test_results'],
    },
    {
      name: 'review',
      agent: 'reviewer',
      description: 'Review the change.',
      dependsOn: ['refactor', 'testing'],
      outputs: ['review_findings'],
    },
  ]),
};

const agent = (name: string, model: string, tools: string, description: string): Agent => ({
  name,
  description,
  tools: tools.split(' '),
  model,
});

/** The agents that every project has; `devops` is disabled by default. */
export const AGENTS: Readonly<Record<string, Agent>> = {
  planner: agent('planner', 'opus', 'Read Grep Glob', 'Creates implementation plans'),
  architect: agent('architect', 'opus', 'Read Grep Glob Write', 'Designs the technical solution'),
  developer: agent('developer', 'sonnet', 'Read Write Edit Bash', 'Implements features'),
  tester: agent('tester', 'sonnet', 'Read Write Bash Grep', 'Writes and runs tests'),
  reviewer: agent('reviewer', 'haiku', 'Read Grep Glob', 'Reviews changes for defects'),
  devops: agent('devops', 'sonnet', 'Read Write Bash Grep Glob', 'Builds, ships and runs services'),
};
