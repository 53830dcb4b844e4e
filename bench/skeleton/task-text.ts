// Texts of the size and shape of the real ones, so that both Workers store and answer about the same bytes.

export interface Created {
  readonly id: string;
  readonly description: string;
  readonly at: string;
  readonly hasAllGates: boolean;
}

/** A task as the skeleton knows it: the answer to GET, less its logs. */
export interface TaskView {
  readonly id: string;
  status: string;
  updatedAt: string;
  statusMessage?: string;
  seq: number;
  readonly [member: string]: unknown;
}

export const PROJECT_ID = 'prj_00000000000000000000000000';

const STAGES = [
  ['planning', 'planner'],
  ['architecture', 'architect'],
  ['implementation', 'developer'],
  ['testing', 'tester'],
  ['review', 'reviewer'],
] as const;

const USAGE = { inputTokens: 0, outputTokens: 0, totalTokens: 0, estimatedCost: 0 };

const PLAN = {
  stages: STAGES.map(([name, agent]) => ({
    name,
    agent,
    description: 'What this stage is about.',
    dependsOn: [name],
    inputs: ['implementation_plan'],
    outputs: ['technical_design', 'file_structure'],
    writes: false,
    timeout: 3_600,
    maxRetries: 2,
  })),
  gates: [{ name: 'review', source: 'autonomy', at: 'after', stage: 'review' }],
  limits: { maxRetries: 3, retryDelayMs: 1_000, retryBackoffFactor: 2, leaseTtlSeconds: 60 },
  config: { git: { branchPrefix: 'apex/', defaultBranch: 'main', autoPush: false } },
};

const gateOf = (taskId: string, name: string, at: string) => ({
  id: `gate_${taskId.slice(-20)}${name.slice(0, 6)}`,
  taskId,
  name,
  status: 'pending',
  source: 'autonomy',
  stage: name,
  instance: 1,
  attempt: 1,
  requiredAt: at,
  action: { type: 'gate.default', target: { taskId, gate: name }, params: { attempt: 1 } },
  actionHash: 'sha256:mRyE8z93C0STM8ByPU0IkzvqCBoP9gZdgsdY8h6C_ls',
});

/** The task as it is created; `plan` is stored with it and never answered. */
export function createdTask({ id, description, at, hasAllGates }: Created): TaskView {
  const gates = hasAllGates ? STAGES.map(([name]) => name) : ['review'];
  return {
    id,
    projectId: PROJECT_ID,
    description,
    status: 'queued',
    workflow: 'feature',
    autonomy: 'review-before-merge',
    priority: 'normal',
    effort: 'medium',
    createdAt: at,
    updatedAt: at,
    usage: USAGE,
    branchName: `apex/${id.slice(5, 17)}-make-the-thing-faster-and-safer`,
    waitingFor: 'runner',
    environment: 'development',
    attempt: 1,
    retryCount: 0,
    maxRetries: 3,
    resumeAttempts: 0,
    dependsOn: [],
    blockedBy: [],
    subtaskIds: [],
    stages: STAGES.map(([name, agent]) => ({ name, agent, status: 'pending', attempts: 0 })),
    gates: gates.map((name) => gateOf(id, name, at)),
    createdBy: 'usr_local',
    artifacts: [],
    seq: 1,
  };
}

export const withPlan = (view: TaskView) => ({ ...view, plan: PLAN });

/** The members that a list shows. */
export function listedTask(view: TaskView): Record<string, unknown> {
  const { id, description, status, updatedAt } = view;
  const { workflow, autonomy, priority, effort, createdAt, usage, branchName, waitingFor } = view;
  const known = { workflow, autonomy, priority, effort, createdAt, usage, branchName, waitingFor };
  return { id, projectId: PROJECT_ID, description, status, updatedAt, ...known };
}
