import type { Plan } from '../../contract/plan.ts';
import type { TaskState } from '../task.ts';
import { spentWithSubtasks } from '../view.ts';
import { limitOf } from './limits.ts';

/** The plan of a subtask: it may use no more than its parent has left. */
export function withinParent(parent: TaskState, plan: Plan): Plan {
  const { costMicros, inputTokens, outputTokens } = spentWithSubtasks(parent);
  const { maxCostPerTask, maxTokensPerTask } = plan.limits;
  const cost = (limitOf(parent, 'maxCostPerTask') ?? maxCostPerTask) - costMicros / 1_000_000;
  const tokens =
    (limitOf(parent, 'maxTokensPerTask') ?? maxTokensPerTask) - inputTokens - outputTokens;
  const limits = {
    ...plan.limits,
    maxCostPerTask: Math.min(maxCostPerTask, Math.max(0, cost)),
    maxTokensPerTask: Math.min(maxTokensPerTask, Math.max(1, tokens)),
  };
  return { ...plan, limits };
}
