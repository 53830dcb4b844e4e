// Bars of a day each, stacked by name, with a dashed line for what a day may cost.

import { count, dollars } from '../../parts/number.ts';
import { plain } from '../../parts/plain.ts';
import type { Chart, Measure } from './usage-sums.ts';

interface BarChartProps {
  readonly chart: Chart;
  readonly of: Measure;
  /** What a day may cost; null: no line. */
  readonly limit: number | null;
}

const HEIGHT = 100;
const SLOT = 10;
const BAR = 8;
/** A line far above all bars would leave nothing to see of them: then it is only told. */
const FAR = 4;

export const shown = (value: number, of: Measure): string =>
  of === 'cost' ? dollars(value) : count(value);

/** How dark the n-th name is drawn; the legend has the same. */
export const shadeOf = (at: number): number => [1, 0.72, 0.5, 0.33, 0.2][at] ?? 0.2;

export function BarChart({ chart, of, limit }: BarChartProps) {
  const { days, series, totals } = chart;
  const highest = Math.max(...totals, 0);
  const hasLine = limit !== null && limit > 0 && limit <= highest * FAR;
  const top = Math.max(highest, hasLine ? limit : 0) || 1;
  const width = days.length * SLOT;
  return (
    <figure class="chart">
      <figcaption class="small muted">
        <span>{shown(top, of)}</span>
        {limit !== null && (
          <span>
            {hasLine ? 'Dashed: the budget of a day' : 'The budget of a day'}, {dollars(limit)}
          </span>
        )}
      </figcaption>
      <svg
        role="img"
        aria-label={sentenceOf(chart, of)}
        viewBox={`0 0 ${width} ${HEIGHT}`}
        preserveAspectRatio="none"
      >
        {days.map((day, at) => (
          <Bar key={day} at={at} scale={HEIGHT / top} chart={chart} of={of} />
        ))}
        {hasLine && <Line width={width} y={HEIGHT - (limit * HEIGHT) / top} />}
      </svg>
      <div class="row small muted">
        <span>{days[0]}</span>
        <span class="push">{days.at(-1)}</span>
      </div>
      <ul class="legend row small">
        {series.map(({ name }, at) => (
          <li key={name}>
            <svg aria-hidden="true" viewBox="0 0 10 10">
              <rect width="10" height="10" fill-opacity={shadeOf(at)} />
            </svg>
            {plain(name)}
          </li>
        ))}
      </ul>
    </figure>
  );
}

function Line({ width, y }: { readonly width: number; readonly y: number }) {
  return <line x1="0" x2={width} y1={y} y2={y} vector-effect="non-scaling-stroke" />;
}

interface BarProps {
  readonly at: number;
  readonly scale: number;
  readonly chart: Chart;
  readonly of: Measure;
}

function Bar({ at, scale, chart: { days, series }, of }: BarProps) {
  let below = 0;
  return (
    <g>
      {series.map(({ name, values }, index) => {
        const value = values[at] ?? 0;
        if (value === 0) return null;
        const height = value * scale;
        below += height;
        return (
          <rect
            key={name}
            x={at * SLOT + (SLOT - BAR) / 2}
            y={HEIGHT - below}
            width={BAR}
            height={height}
            fill-opacity={shadeOf(index)}
          >
            <title>{`${days[at]} · ${plain(name)} · ${shown(value, of)}`}</title>
          </rect>
        );
      })}
    </g>
  );
}

/** What the picture says, for who does not see it. */
function sentenceOf({ days, series, totals, sum }: Chart, of: Measure): string {
  const highest = Math.max(...totals, 0);
  const what = of === 'cost' ? 'Cost' : 'Tokens';
  const [first] = series;
  const most = first === undefined ? '' : ` Most by ${plain(first.name)}, ${shown(first[of], of)}.`;
  const day = days[totals.indexOf(highest)];
  const peak = highest === 0 ? '' : ` The highest day is ${day} with ${shown(highest, of)}.`;
  return `${what} a day from ${days[0]} to ${days.at(-1)}: ${shown(sum[of], of)} in all.${peak}${most}`;
}
