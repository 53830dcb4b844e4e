// The demo's one task, by the same HTTP calls that anybody would make.
import { DEMO_PROJECT_ID } from './project.ts';

export interface DemoTask {
  readonly id: string;
  readonly status: string;
  readonly stage: string | undefined;
  readonly seq: number;
  readonly isNew: boolean;
}

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const NEW_TASK = {
  description: 'Add health check endpoint',
  workflow: 'feature',
  autonomy: 'review-before-merge',
  projectId: DEMO_PROJECT_ID,
};

const readJson = async (url: string, init?: RequestInit): Promise<Fields> => {
  const answer = await fetch(url, init);
  const body: unknown = await answer.json().catch(() => undefined);
  if (answer.ok && isFields(body)) return body;
  const reason = isFields(body) ? String(body['error']) : `status ${answer.status}`;
  throw new Error(`${init?.method ?? 'GET'} ${url} failed: ${reason}`);
};

const findTaskId = async (url: string): Promise<string | undefined> => {
  const { tasks } = await readJson(`${url}/tasks?projectId=${DEMO_PROJECT_ID}&limit=1`);
  const first: unknown = Array.isArray(tasks) ? tasks[0] : undefined;
  return isFields(first) && typeof first['id'] === 'string' ? first['id'] : undefined;
};

const createTask = async (url: string): Promise<string> => {
  const { taskId } = await readJson(`${url}/tasks`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(NEW_TASK),
  });
  return String(taskId);
};

/** Finds the newest task of the demo project, or creates the first. */
export const ensureDemoTask = async (url: string): Promise<DemoTask> => {
  const found = await findTaskId(url);
  const id = found ?? (await createTask(url));
  const task = await readJson(`${url}/tasks/${id}`);
  return {
    id,
    status: String(task['status']),
    stage: typeof task['currentStage'] === 'string' ? task['currentStage'] : undefined,
    seq: Number(task['seq'] ?? 0),
    isNew: found === undefined,
  };
};
