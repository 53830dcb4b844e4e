import { plain } from '../../../parts/plain.ts';

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
  const lines = isDiff ? plain(text).split('\n') : [];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keyboard.
    <pre tabIndex={0}>
      {isDiff
        ? lines.map((line, index) => <span key={index} class={toneOf(line)}>{`${line}\n`}</span>)
        : plain(text)}
    </pre>
  );
}
