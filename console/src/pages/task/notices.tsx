import type { Budget } from '../../../../src/contract/budget.ts';
import { GateBanner } from '../../gates/gate-banner.tsx';
import { dollars } from '../../parts/number.ts';
import { plain } from '../../parts/plain.ts';
import { ControlButton } from './controls/control-bar.tsx';
import { openGates, type View } from './standing.ts';

interface NoticesProps {
  readonly view: View;
  readonly budget: Budget | null;
}

/** What people are asked now: gates that are open, a question of the agent, a limit that is reached. */
export function Notices({ view: { task }, budget }: NoticesProps) {
  const { status, pauseReason, statusMessage } = task;
  const why = status === 'paused' ? pauseReason : undefined;
  return (
    <>
      {openGates(task).map((gate) => (
        <GateBanner key={gate.id} gate={gate} task={task} />
      ))}
      {why === 'input' && (
        <section class="panel row" aria-label="A question">
          <h2>◆ The agent asks</h2>
          {statusMessage !== undefined && <p>{plain(statusMessage)}</p>}
          <span class="push">
            <ControlButton control="message" name="Answer" />
          </span>
        </section>
      )}
      {why === 'budget' && budget !== null && (
        <section class="panel row" aria-label="A limit is reached">
          <h2>◆ A limit is reached</h2>
          <p class="muted">
            {dollars(budget.cost.spent)} of {dollars(budget.cost.limit)} are spent. The task goes on
            where it stood once it may use more.
          </p>
          <span class="push">
            <ControlButton control="extend" name="Raise it and continue" />
          </span>
        </section>
      )}
    </>
  );
}
