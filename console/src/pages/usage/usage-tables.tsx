// The numbers of the charts as tables: in all by name, and day by day.

import { count, dollars } from '../../parts/number.ts';
import { plain } from '../../parts/plain.ts';
import { shown } from './bar-chart.tsx';
import type { Breakdown, Chart, Measure, Series } from './usage-sums.ts';

interface ByNameProps {
  readonly series: readonly Series[];
  readonly by: Breakdown;
  readonly of: Measure;
  readonly sum: Chart['sum'];
}

export function ByName({ series, by, of, sum }: ByNameProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled by keyboard.
    <section class="scroll" aria-label={`In all, by ${by}`} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{by}</th>
            {['cost', 'share', 'tokens in', 'tokens out', 'tokens'].map((name) => (
              <th key={name} scope="col" class="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {series.map(({ name, ...own }) => (
            <tr key={name}>
              <th scope="row">{plain(name)}</th>
              <td class="number">{dollars(own.cost)}</td>
              <td class="number">{share(own[of], sum[of])}</td>
              <td class="number">{count(own.inputTokens)}</td>
              <td class="number">{count(own.outputTokens)}</td>
              <td class="number">{count(own.tokens)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const share = (part: number, all: number): string =>
  all === 0 ? '–' : `${((100 * part) / all).toFixed(1)} %`;

export function ByDay({ chart, of }: { readonly chart: Chart; readonly of: Measure }) {
  const { days, series, totals } = chart;
  return (
    <details>
      <summary>The same day by day, as a table</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled by keyboard. */}
      <section class="scroll" aria-label="Day by day" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">day</th>
              {series.map(({ name }) => (
                <th key={name} scope="col" class="number">
                  {plain(name)}
                </th>
              ))}
              <th scope="col" class="number">
                in all
              </th>
            </tr>
          </thead>
          <tbody>
            {days.map((day, at) => (
              <tr key={day}>
                <th scope="row">{day}</th>
                {series.map(({ name, values }) => (
                  <td key={name} class="number">
                    {shown(values[at] ?? 0, of)}
                  </td>
                ))}
                <td class="number">{shown(totals[at] ?? 0, of)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
