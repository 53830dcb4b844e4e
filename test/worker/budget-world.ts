import type { Budget, ProjectBudget } from '../../src/contract/budget.ts';
import { type Holder, read } from './world.ts';

/** A dollar a thousand tokens. */
export const PRICES = { default: { inputPerMillion: 1_000, outputPerMillion: 1_000 } };

export const budgetOf = async (taskId: string): Promise<Budget> =>
  (await read<Budget>(`/tasks/${taskId}/budget`)).body;

export const dayOf = async (projectId: string): Promise<ProjectBudget> =>
  (await read<ProjectBudget>(`/budget?projectId=${projectId}`)).body;

/** An agent that says what it costs, in dollars. */
export class Spender {
  readonly #holder: Holder;
  #n = 0;

  constructor(holder: Holder) {
    this.#holder = holder;
  }

  spend(dollars: number) {
    this.#n += 1;
    const data = { inputTokens: Math.round(dollars * 1_000), outputTokens: 0 };
    return this.#holder.events([{ n: this.#n, type: 'usage:report', data }]);
  }
}
