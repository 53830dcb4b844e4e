import type { Api } from './api.ts';
import { type Ledger, standingOf } from './ledger.ts';
import type { Report } from './report.ts';

interface Place {
  readonly api: Api;
  readonly ledger: Ledger;
  readonly report: Report;
}

export type NewTask = { readonly description: string; readonly projectId?: string } & Readonly<
  Record<string, unknown>
>;

/** Asks for a task once and notes what became of it: its id, a refusal, or nothing when nobody knows. */
export const createTask = async (
  { api, ledger, report }: Place,
  body: NewTask,
): Promise<string | 'refused' | undefined> => {
  const { description } = body;
  const outcome = await api.send<{ taskId: string }>({ path: '/tasks', body });
  const standing = standingOf(outcome);
  report.addMove('create', outcome.kind);
  if (outcome.kind !== 'acknowledged') {
    ledger.create({ description, standing });
    return outcome.kind === 'refused' ? 'refused' : undefined;
  }
  const { taskId } = outcome.body;
  ledger.create({ description, standing, taskId });
  ledger.note({ taskId, what: 'create', types: ['task:created'], mark: description, standing });
  return taskId;
};
