// Beside the log: what the task costs, who works on it, what it leaves behind, and who has decided what.

import type { Budget } from '../../../../src/contract/budget.ts';
import type { Gate } from '../../../../src/contract/gate.ts';
import type { TaskSnapshot } from '../../../../src/contract/task.ts';
import { GateStatus } from '../../gates/gate-status.tsx';
import type { OtherEvent } from '../../live/task-stream.ts';
import { Ago } from '../../parts/ago.tsx';
import { now } from '../../parts/clock.ts';
import { clockOf } from '../../parts/duration.ts';
import { count } from '../../parts/number.ts';
import { plain } from '../../parts/plain.ts';
import { BudgetBar } from './budget-bar.tsx';
import { ControlButton } from './controls/control-bar.tsx';
import { controlsOf } from './controls/controls.ts';
import { Fact } from './fact.tsx';
import { rateOf } from './rate.ts';
import type { View } from './standing.ts';
import { Asked, Work } from './work.tsx';

interface AsideProps {
  readonly view: View;
  readonly budget: Budget | null;
  readonly events: readonly OtherEvent[];
}

export function Aside({ view, budget: read, events }: AsideProps) {
  const { task } = view;
  const budget = read && withUsed(read, task);
  const can = new Set(view.at === null ? controlsOf(task) : []);
  const known = events.filter(({ seq }) => seq <= (view.at ?? Infinity));
  const decided = task.gates.filter(({ respondedAt }) => respondedAt !== undefined);
  return (
    <aside class="stack" aria-label="About the task">
      {budget !== null && (
        <section class="panel stack">
          <h2>Cost and budget</h2>
          <BudgetBar
            budget={budget}
            rate={rateOf(known, task.lease?.grantedAt, view.at === null ? now.value : view.ms)}
          />
          <Used task={task} budget={budget} />
          {can.has('extend') && <ControlButton control="extend" />}
        </section>
      )}
      <section class="panel stack">
        <h2>Decisions and receipts</h2>
        {decided.map((gate) => (
          <Decided key={gate.id} gate={gate} />
        ))}
        {decided.length === 0 && <p class="muted">Nothing has been decided yet.</p>}
        <p class="row small">
          <a href={`/console/audit?tab=verify&task=${task.id}`}>Verify the log and its receipts</a>
          <a href={`/tasks/${task.id}/export`} download={`${task.id}.ndjson`}>
            Export
          </a>
        </p>
      </section>
      <Asked task={task} />
      <section class="panel stack">
        <h2>Work</h2>
        <Work task={task} />
        {can.has('release') && <ControlButton control="release" />}
      </section>
    </aside>
  );
}

/** What was used since the budget was read; the sum of a parent is known to the server alone. */
function withUsed(budget: Budget, { usage }: TaskSnapshot): Budget {
  if (usage.withSubtasks !== undefined) return budget;
  const { cost, tokens } = budget;
  const spent = Math.max(cost.spent, usage.estimatedCost);
  const remaining = Math.max(0, cost.limit - spent);
  return {
    ...budget,
    cost: { ...cost, spent, remaining },
    tokens: { ...tokens, spent: Math.max(tokens.spent, usage.totalTokens) },
  };
}

function Used({ task, budget }: { readonly task: TaskSnapshot; readonly budget: Budget }) {
  const { wall, changes } = budget;
  const { inputTokens, outputTokens } = task.usage;
  return (
    <dl class="facts">
      <Fact name="Tokens">
        {count(inputTokens)} in · {count(outputTokens)} out
      </Fact>
      <Fact name="All of them">
        {count(budget.tokens.spent)} of {count(budget.tokens.limit)}
      </Fact>
      <Fact name="Time under leases">
        {clockOf(wall.usedSeconds * 1_000)}
        {wall.limitSeconds !== null && ` of ${clockOf(wall.limitSeconds * 1_000)}`}
      </Fact>
      {changes.files > 0 && (
        <Fact name="Changes">
          {many(changes.lines, 'line')} in {many(changes.files, 'file')}
        </Fact>
      )}
    </dl>
  );
}

function Decided({ gate }: { readonly gate: Gate }) {
  const vote = gate.votes?.at(-1);
  const who = gate.approver ?? vote?.approver;
  return (
    <div>
      <p class="row">
        <GateStatus gate={gate} />
        <a href={`/console/inbox?gate=${gate.id}`}>{plain(gate.name)}</a>
      </p>
      <p class="muted small">
        {who !== undefined && `by ${plain(who)}`}
        {vote?.via !== undefined && ` by way of ${plain(vote.via)}`}{' '}
        {gate.respondedAt !== undefined && <Ago at={gate.respondedAt} suffix=" ago" />}
        {gate.comment !== undefined && <> · “{plain(gate.comment)}”</>}
      </p>
    </div>
  );
}

const many = (value: number, what: string): string =>
  `${count(value)} ${what}${value === 1 ? '' : 's'}`;
