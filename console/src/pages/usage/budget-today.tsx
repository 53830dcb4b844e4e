// What the project may spend today: what is gone, what is kept for tasks at work, and for which.

import type { ProjectBudget } from '../../../../src/contract/budget.ts';
import { useReading } from '../../api/read.ts';
import { projectId } from '../../api/session.ts';
import { dollars } from '../../parts/number.ts';
import { Refused } from '../../parts/refused.tsx';

export function BudgetToday() {
  const { value, refusal, again } = useReading<ProjectBudget>(
    `/budget?projectId=${projectId.value}`,
  );
  if (refusal.value !== null) return <Refused refusal={refusal.value} again={again} />;
  const budget = value.value;
  if (budget === null) return null;
  const { day, limit, spent, reserved, tasks } = budget;
  return (
    <section class="panel stack" aria-label="The budget of today">
      <div class="row">
        <h2>Today</h2>
        <span class="small muted">{day}, UTC</span>
        <button type="button" class="plain push" onClick={again}>
          Read again
        </button>
      </div>
      <svg
        class="today"
        role="img"
        aria-label={`${dollars(spent)} spent and ${dollars(reserved)} reserved of ${dollars(limit)}`}
        viewBox="0 0 100 1"
        preserveAspectRatio="none"
      >
        <rect width={part(spent, limit)} height="1" />
        <rect x={part(spent, limit)} width={part(reserved, limit)} height="1" fill-opacity="0.4" />
      </svg>
      <dl class="facts">
        <Fact name="Spent" value={spent} />
        <Fact name="Reserved for tasks at work" value={reserved} />
        <Fact name="Left" value={Math.max(0, limit - spent - reserved)} />
        <Fact name="Budget of a day" value={limit} />
      </dl>
      {tasks.length > 0 && (
        <dl class="facts small">
          {tasks.map(({ taskId, ...money }) => (
            <div key={taskId}>
              <dt>
                {dollars(money.spent)} spent, {dollars(money.reserved)} reserved
              </dt>
              <dd>
                <a href={`/console/tasks/${taskId}`}>{taskId}</a>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

/** A hundredth part of the bar for each hundredth of the limit. */
const part = (value: number, limit: number): number =>
  limit === 0 ? 0 : Math.min(100, (100 * value) / limit);

function Fact({ name, value }: { readonly name: string; readonly value: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="number">{dollars(value)}</dd>
    </div>
  );
}
