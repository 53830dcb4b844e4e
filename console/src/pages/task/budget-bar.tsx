import type { Budget } from '../../../../src/contract/budget.ts';
import { roughly } from '../../parts/duration.ts';
import { dollars } from '../../parts/number.ts';
import { lastsMs } from './rate.ts';

interface BudgetBarProps {
  readonly budget: Budget;
  /** Dollars an hour; null: unknown. */
  readonly rate: number | null;
}

/** What of the limit is spent, what is reserved for the lease, and where the present rate leads in an hour. */
export function BudgetBar({ budget, rate }: BudgetBarProps) {
  const { limit, spent, reserved, remaining } = budget.cost;
  const share = (value: number): string =>
    `${limit <= 0 ? 100 : Math.min(100, (value / limit) * 100)}%`;
  const lasts = lastsMs(remaining, rate);
  const inAnHour = rate === null ? null : spent + rate;
  const tone = { ok: 'busy', soft: 'wait', breached: 'bad' }[budget.state];
  const sentence = `${dollars(spent)} of ${dollars(limit)} spent, ${dollars(reserved)} reserved.`;
  return (
    <>
      <p class="row">
        <b>{dollars(spent)}</b> <span class="muted">of {dollars(limit)}</span>
        {budget.state === 'breached' && <span class="push bad">✕ limit reached</span>}
      </p>
      <svg class={`budget ${tone}`} fill="currentcolor" role="img" aria-label={sentence}>
        {inAnHour !== null && <rect width={share(inAnHour)} height="10" opacity=".25" />}
        <rect width={share(spent + reserved)} height="10" opacity=".5" />
        <rect width={share(spent)} height="10" />
      </svg>
      <p class="muted small">
        {dollars(reserved)} reserved · {dollars(remaining)} left
        {rate !== null && rate > 0 && (
          <> · {dollars(Math.round(rate * 100) / 100)} an hour at the present rate</>
        )}
        {lasts !== null && <>, which lasts {roughly(lasts)}</>}
      </p>
    </>
  );
}
