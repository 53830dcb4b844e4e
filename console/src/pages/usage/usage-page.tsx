// What the agents' work costs: by day and by agent, model, workflow, environment or project.

import './usage.css';
import type { ProjectMetrics } from '../../../../src/contract/metrics.ts';
import { useReading } from '../../api/read.ts';
import { projectId } from '../../api/session.ts';
import { InCode } from '../../parts/code.tsx';
import { Empty } from '../../parts/empty.tsx';
import { count, dollars } from '../../parts/number.ts';
import { Refused } from '../../parts/refused.tsx';
import { runHere } from '../../parts/samples-here.ts';
import { query } from '../../routing/place.ts';
import { BarChart } from './bar-chart.tsx';
import { BudgetToday } from './budget-today.tsx';
import { metricsPath, useUsage } from './read-usage.ts';
import { saveCsv } from './save-csv.ts';
import { UsageFilters } from './usage-filters.tsx';
import type { UsageRow } from './usage-rows.ts';
import {
  allSeries,
  BREAKDOWNS,
  type Breakdown,
  chartOf,
  daysOf,
  MEASURES,
  type Measure,
} from './usage-sums.ts';
import { ByDay, ByName } from './usage-tables.tsx';
import { windowIn } from './usage-window.ts';

const oneOf = <T extends string>(all: readonly [T, ...T[]] | readonly T[], text: string): T =>
  all.find((one) => one === text) ?? (all[0] as T);

export function Page(_: { readonly id: string }) {
  const window = windowIn({ from: query('from'), to: query('to') }, Date.now());
  const by = oneOf<Breakdown>(BREAKDOWNS, query('by'));
  const of = oneOf<Measure>(MEASURES, query('of'));
  const project = projectId.value;
  const { value, refusal } = useUsage(project, window, by === 'project');
  const read = value.value;
  return (
    <>
      <div class="row">
        <h1>Usage</h1>
        <button
          type="button"
          class="push"
          disabled={read === null}
          onClick={() => saveCsv(read?.rows ?? [], window)}
        >
          Download CSV
        </button>
      </div>
      <UsageFilters window={window} by={by} of={of} />
      <div class="columns">
        <div class="stack">
          {refusal.value !== null && (
            <Refused refusal={refusal.value} again={() => location.reload()} />
          )}
          {read !== null && <Usage rows={read.rows} window={window} by={by} of={of} />}
          {read !== null && read.left > 0 && (
            <p class="muted">{count(read.left)} projects are not in these numbers.</p>
          )}
        </div>
        <div>
          <BudgetToday />
        </div>
      </div>
      <InCode calls={callsFor(project ?? '', window)} />
    </>
  );
}

interface UsageProps {
  readonly rows: readonly UsageRow[];
  readonly window: ReturnType<typeof windowIn>;
  readonly by: Breakdown;
  readonly of: Measure;
}

function Usage({ rows, window, by, of }: UsageProps) {
  const { value } = useReading<ProjectMetrics>(
    projectId.value === null ? null : metricsPath(projectId.value, window),
  );
  if (rows.length === 0) {
    return (
      <Empty title="Nothing was used in these days" command={runHere()}>
        <p>Usage is what runners report. Start one where the code is, and give it a task.</p>
      </Empty>
    );
  }
  const days = daysOf(window.from, window.to);
  const series = allSeries(rows, { days, by, of });
  const chart = chartOf(series, days);
  const { cost, tokens, inputTokens, outputTokens } = chart.sum;
  // The budget is one project's.
  const limit = of === 'cost' && by !== 'project' ? (value.value?.budget.dailyLimit ?? null) : null;
  return (
    <>
      <section class="panel stack" aria-label="The chart">
        <p class="row">
          <strong>{dollars(cost)}</strong>
          <span class="muted">
            {count(tokens)} tokens, {count(inputTokens)} in and {count(outputTokens)} out
          </span>
        </p>
        <BarChart chart={chart} of={of} limit={limit} />
        <ByDay chart={chart} of={of} />
      </section>
      <ByName series={series} by={by} of={of} sum={chart.sum} />
    </>
  );
}

const callsFor = (project: string, window: ReturnType<typeof windowIn>) =>
  [
    {
      does: 'Read usage and how the project does',
      method: 'GET',
      path: metricsPath(project, window),
    },
    {
      does: 'Read the rows of these charts as CSV',
      method: 'GET',
      path: metricsPath(project, window),
      headers: { Accept: 'text/csv' },
    },
    { does: 'Read the budget of today', method: 'GET', path: `/budget?projectId=${project}` },
  ] as const;
