import { dollars } from '../../../parts/number.ts';
import { plain } from '../../../parts/plain.ts';
import type { CostPoint } from './costs.ts';

const WIDTH = 800;
const HEIGHT = 160;
/** So many times what was spent. */
const NEAR = 4;

interface CostChartProps {
  readonly points: readonly CostPoint[];
  readonly limit: number | null;
}

/** The cost as it grew, against the limit of the task. */
export function CostChart({ points, limit }: CostChartProps) {
  const last = points.at(-1);
  const first = points[0];
  if (first === undefined || last === undefined) return null;
  // A limit that is far away would leave nothing to see of what was spent.
  const isNear = limit !== null && limit <= last.dollars * NEAR;
  const top = Math.max(last.dollars, isNear ? limit : 0) * 1.1 || 1;
  const span = Math.max(1, last.ms - first.ms);
  const x = (ms: number): number => ((ms - first.ms) / span) * WIDTH;
  const y = (value: number): number => HEIGHT - (value / top) * HEIGHT;
  const steps = points.map(
    ({ ms, dollars: value }) => `H${x(ms).toFixed(1)}V${y(value).toFixed(1)}`,
  );
  const against = limit === null ? '' : ` of a limit of ${dollars(limit)}`;
  const isOver = limit !== null && last.dollars >= limit;
  const stage = last.stage === '' ? '' : `, the last of it in the stage ${plain(last.stage)}`;
  return (
    <figure class="stack">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        class={`chart ${isOver ? 'bad' : 'busy'}`}
        role="img"
        aria-label={`The cost grew to ${dollars(last.dollars)}${against}${stage}.`}
      >
        <path d={`M0 ${HEIGHT}${steps.join('')}V${HEIGHT}Z`} fill="currentcolor" opacity=".25" />
        <path
          d={`M0 ${HEIGHT}${steps.join('')}`}
          fill="none"
          stroke="currentcolor"
          stroke-width="2"
        />
        {isNear && (
          <path d={`M0 ${y(limit)}H${WIDTH}`} stroke="currentcolor" stroke-dasharray="6 6" />
        )}
      </svg>
      <figcaption class="small">
        <span>{dollars(last.dollars)} so far</span>
        {limit !== null && (
          <span class="muted">
            the limit of {dollars(limit)} is {isNear ? 'the dashed line' : 'far above'}
          </span>
        )}
      </figcaption>
    </figure>
  );
}
