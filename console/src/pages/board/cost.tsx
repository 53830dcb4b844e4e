import type { TaskRow } from '../../../../src/contract/task.ts';
import { dollars } from '../../parts/number.ts';

/** Where most of the budget is gone, it is said by colour, too. */
const MUCH = 0.8;

/** What a task and its subtasks have cost, against what they may. */
export function Cost({ task: { usage, costLimit = 0 } }: { readonly task: TaskRow }) {
  const { estimatedCost: cost } = usage.withSubtasks ?? usage;
  if (costLimit === 0) return <span>{dollars(cost)}</span>;
  return (
    <>
      <span>
        {dollars(cost)} <span class="muted">of {dollars(costLimit)}</span>
      </span>
      {cost > 0 && (
        <progress
          class={cost >= costLimit * MUCH ? 'wait' : ''}
          max={costLimit}
          value={cost}
          aria-label="Cost against budget"
        />
      )}
    </>
  );
}
