import type { WholeDelivery } from '../../../../src/contract/delivery.ts';
import { Ago } from '../../parts/ago.tsx';
import { copy } from '../../parts/copy.tsx';
import { count } from '../../parts/number.ts';
import { plain } from '../../parts/plain.ts';
import { Status } from '../../parts/status.tsx';
import { baseStringOf } from './base-string.ts';

type Attempt = WholeDelivery['attempts'][number];

/** The attempts of a delivery, newest first; the newest is unfolded. */
export function Attempts({
  delivery: { attempts, requestBody },
}: {
  readonly delivery: WholeDelivery;
}) {
  const newest = attempts.at(-1)?.n;
  return (
    <section class="stack" aria-label="Attempts">
      <h2>Attempts</h2>
      {attempts.length === 0 && <p class="muted">None yet.</p>}
      {[...attempts].reverse().map((attempt) => (
        <details key={attempt.n} class="panel" open={attempt.n === newest}>
          <summary>
            <Outcome attempt={attempt} />
          </summary>
          <Exchange attempt={attempt} body={requestBody} />
        </details>
      ))}
    </section>
  );
}

function Outcome({ attempt: { n, at, status, error, durationMs } }: { readonly attempt: Attempt }) {
  const isGood = status !== null && status >= 200 && status < 300;
  const text = status === null ? (error ?? 'no answer') : `${status}${error ? ` · ${error}` : ''}`;
  return (
    <>
      {n}. <Status status={isGood ? 'delivered' : 'failed'} text={plain(text)} />{' '}
      <span class="muted">
        after {count(durationMs)} ms, <Ago at={at} suffix=" ago" />
      </span>
    </>
  );
}

function Exchange({ attempt, body }: { readonly attempt: Attempt; readonly body: string | null }) {
  const base = body === null ? null : baseStringOf(attempt.requestHeaders, body);
  return (
    <div class="stack">
      <Text title="Request headers" text={linesOf(attempt.requestHeaders)} />
      <Text
        title="Request body"
        text={body ?? 'It is no longer kept: the event is older than 30 days.'}
      />
      {base !== null && <Text title="Signed text: id, timestamp and body" text={base} />}
      <Text
        title="Response headers"
        text={linesOf(attempt.responseHeaders) || 'None that are kept.'}
      />
      <Text title="Response body, at most 4 KB" text={attempt.responseBody || 'Empty.'} />
    </div>
  );
}

function Text({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <figure>
      <figcaption>
        {title}
        <button type="button" class="plain" onClick={() => void copy(text, title)}>
          Copy
        </button>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long text is scrolled by keyboard. */}
      <pre tabIndex={0}>{plain(text)}</pre>
    </figure>
  );
}

const linesOf = (headers: Readonly<Record<string, string>>): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
