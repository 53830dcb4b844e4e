import type { Budget } from '../../contract/budget.ts';
import { ok, type Result } from '../../contract/error.ts';
import type { Actor } from '../../contract/principal.ts';
import { budgetView } from '../../domain/budget/budget-view.ts';
import type { TaskReader } from './task-reader.ts';

interface TaskBudget {
  readonly projectId: string;
  readonly budget: Budget;
}

/** What can be asked of a task's budget. */
export class BudgetDoor {
  readonly #reader: TaskReader;

  constructor(reader: TaskReader) {
    this.#reader = reader;
  }

  /** What the task itself knows; its project knows the day. */
  read(actor: Actor, now: number): Result<TaskBudget> {
    const visible = this.#reader.visible(actor);
    if (!visible.ok) return visible;
    const { projectId } = visible.value;
    return ok({ projectId, budget: budgetView(visible.value, now) });
  }
}
