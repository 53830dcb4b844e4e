import type { Check } from '../../../../src/contract/monitor.ts';
import { Ago } from '../../parts/ago.tsx';
import { count } from '../../parts/number.ts';
import { Status } from '../../parts/status.tsx';
import { Table } from '../../parts/table.tsx';
import { resultOf } from './monitor-words.ts';

interface ChecksProps {
  /** Oldest first. */
  readonly checks: readonly Check[];
}

const HEIGHT = 48;
const STEP = 8;
/** There is place for at least so many bars, so that a few are not as broad as walls. */
const BARS_MIN = 60;
/** Where all answers were fast, they do not look slow. */
const TOP_MS_MIN = 100;

/** Checks as bars, a bar as high as the answer took, and as a table of the same. */
export function Checks({ checks }: ChecksProps) {
  const failed = checks.filter(({ ok }) => !ok).length;
  const slowest = Math.max(0, ...checks.map(({ latencyMs }) => latencyMs ?? 0));
  const top = Math.max(TOP_MS_MIN, slowest);
  const width = Math.max(BARS_MIN, checks.length) * STEP;
  const sentence = `${count(checks.length)} checks, ${count(failed)} of them failed; the slowest answer took ${count(slowest)} ms.`;
  return (
    <>
      <svg
        class="checks"
        role="img"
        aria-label={sentence}
        viewBox={`0 0 ${width} ${HEIGHT}`}
        preserveAspectRatio="none"
      >
        {checks.map(({ at, ok, latencyMs }, index) => {
          const height = ok ? Math.max(2, ((latencyMs ?? 0) / top) * HEIGHT) : HEIGHT;
          return (
            <rect
              key={at}
              class={ok ? 'ok' : 'bad'}
              x={width - (checks.length - index) * STEP + 1}
              y={HEIGHT - height}
              width={STEP - 2}
              height={height}
            />
          );
        })}
      </svg>
      <p class="muted small">{sentence}</p>
      <Table label="Checks" heads={['When', 'Result', 'Status', 'Took']}>
        {[...checks].reverse().map((check) => (
          <tr key={check.at}>
            <th scope="row">
              <Ago at={check.at} suffix=" ago" />
            </th>
            <td>
              <Status status={check.ok ? 'up' : 'failed'} text={resultOf(check)} />
            </td>
            <td>{check.status ?? '–'}</td>
            <td class="number">
              {check.latencyMs === null ? '–' : `${count(check.latencyMs)} ms`}
            </td>
          </tr>
        ))}
      </Table>
    </>
  );
}
