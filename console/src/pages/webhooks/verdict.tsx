import { useEffect, useRef } from 'preact/hooks';
import type { VerifyHint, VerifyReason } from '../../../../src/contract/webhook-verify.ts';
import { count } from '../../parts/number.ts';
import { plain } from '../../parts/plain.ts';
import { Status } from '../../parts/status.tsx';
import { Table } from '../../parts/table.tsx';
import { differenceOf } from './base-string.ts';
import type { Finding } from './debugger.tsx';

const REASONS: Readonly<Record<VerifyReason, string>> = {
  missing_header: 'A header is missing: webhook-id, webhook-timestamp or webhook-signature.',
  bad_timestamp: 'webhook-timestamp is no number of seconds.',
  timestamp_too_old: 'It was signed more than five minutes ago: is it being replayed?',
  timestamp_too_new: 'It was signed in the future: compare the clocks of both machines.',
  no_match: 'No signature fits this body and this endpoint.',
};
const HINTS: Readonly<Record<VerifyHint, string>> = {
  trailing_newline: 'A newline at the end was added or lost. Verify the bytes as they came.',
  crlf: 'Line ends were changed. Verify the bytes as they came.',
  bom: 'A byte order mark stands before the body.',
  reserialized_json: 'The body was parsed and written again. Verify it before anything parses it.',
  wrong_endpoint: 'It was signed for another endpoint of this project: the secrets are mixed up.',
  expired_secret: 'It was signed with a secret whose overlap is over.',
};

/** What was found: whether it holds, why not, what to do, and where the two signed texts part. */
export function Verdict({ finding: { verified, ours, theirs } }: { readonly finding: Finding }) {
  const { valid, reason, hint, signatureVersion, key, ageSeconds } = verified;
  const ref = useRef<HTMLElement>(null);
  // The form above it is long.
  useEffect(() => ref.current?.scrollIntoView(), [verified]);
  return (
    <section ref={ref} class="panel stack" aria-label="Finding" aria-live="polite">
      <h2>
        <Status
          status={valid ? 'approved' : 'failed'}
          text={valid ? 'The signature holds' : 'The signature does not hold'}
        />
      </h2>
      {reason !== null && (
        <p>
          <code>{reason}</code> {REASONS[reason]}
        </p>
      )}
      {hint !== null && (
        <p>
          <code>{hint}</code> {HINTS[hint]}
        </p>
      )}
      {valid && (
        <p>
          By <code>{signatureVersion}</code>
          {key === 'previous' && ' with the secret of before the change'}.
        </p>
      )}
      {ageSeconds !== null && <p class="muted">Signed {count(ageSeconds)} seconds ago.</p>}
      <Compared ours={ours} theirs={theirs} />
    </section>
  );
}

function Compared({ ours, theirs }: Pick<Finding, 'ours' | 'theirs'>) {
  if (theirs === null) return null;
  if (ours === null) {
    return (
      <>
        <p class="muted">No delivery of this event to this endpoint is kept to compare it with.</p>
        <Base title="The text that you received" text={theirs} />
      </>
    );
  }
  const difference = differenceOf(ours, theirs);
  return (
    <>
      {difference === null ? (
        <p>Both signed texts are the same, to the last character.</p>
      ) : (
        <>
          <p>The two signed texts part at character {count(difference.at + 1)}:</p>
          <Table label="Where they part" heads={[]}>
            <tr>
              <th scope="row">Signed here</th>
              <td>
                <code class="muted">{plain(difference.before)}</code>
                <code class="ok">{plain(difference.ours)}</code>
              </td>
            </tr>
            <tr>
              <th scope="row">Received</th>
              <td>
                <code class="muted">{plain(difference.before)}</code>
                <code class="bad">{plain(difference.theirs)}</code>
              </td>
            </tr>
          </Table>
        </>
      )}
      <Base title="Signed here" text={ours} />
      <Base title="Received" text={theirs} />
    </>
  );
}

function Base({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <figure>
      <figcaption>{title}</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long text is scrolled by keyboard. */}
      <pre tabIndex={0}>{plain(text)}</pre>
    </figure>
  );
}
