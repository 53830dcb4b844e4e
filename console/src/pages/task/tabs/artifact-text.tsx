import { count } from '../../../parts/number.ts';
import { plain } from '../../../parts/plain.ts';

/** More would hold the page up; they are in the file. */
const LINES_MAX = 3_000;

/** What has been added and taken away is told by its first character, and by colour beside. */
const toneOf = (line: string): string =>
  ({ '+': 'ok', '-': 'bad', '@': 'muted' })[line[0] ?? ''] ?? '';

/** The text of an artifact, as text. */
export function ArtifactText({
  text,
  isDiff,
}: {
  readonly text: string;
  readonly isDiff: boolean;
}) {
  const lines = plain(text).split('\n');
  const shown = lines.slice(0, LINES_MAX);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keyboard. */}
      <pre tabIndex={0}>
        {isDiff
          ? shown.map((line, index) => <span key={index} class={toneOf(line)}>{`${line}\n`}</span>)
          : shown.join('\n')}
      </pre>
      {lines.length > LINES_MAX && (
        <p class="muted">{count(lines.length - LINES_MAX)} more lines are in the file.</p>
      )}
    </>
  );
}
