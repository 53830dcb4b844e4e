// One line of the log as it is drawn.

import { useMemo } from 'preact/hooks';
import type { LogLine } from '../../../live/task-stream.ts';
import { count } from '../../../parts/number.ts';
import { type Span, spansOf } from './ansi.ts';
import { hasTimes, isWrapped } from './options.ts';

const LEVELS: Readonly<Record<LogLine['level'], string>> = {
  ...{ debug: 'muted', info: 'busy', warn: 'wait', error: 'bad' },
};
/** What of a line is drawn where it is not wrapped; the rest is in the download. */
const DRAWN_MAX = 2_000;

interface RowProps {
  readonly line: LogLine;
  readonly isMarked: boolean;
  readonly find: RegExp | null;
}

export function Row({ line, isMarked, find }: RowProps) {
  const { seq, at, level, stage, agent } = line;
  const instant = new Date(at).toISOString();
  return (
    <div class={isMarked ? 'line picked' : 'line'}>
      <a
        href={`#L${seq}`}
        tabIndex={-1}
        title={[instant, stage, agent].filter(Boolean).join(' · ')}
      >
        {seq}
      </a>
      {hasTimes() && (
        <time class="muted" dateTime={instant}>
          {instant.slice(11, 23)}
        </time>
      )}
      <span class={LEVELS[level]}>{level}</span>
      <Words text={line.message} find={find} />
    </div>
  );
}

function Words({ text, find }: { readonly text: string; readonly find: RegExp | null }) {
  const spans = useMemo(() => spansOf(text), [text]);
  const isWhole = isWrapped();
  let left = isWhole ? Infinity : DRAWN_MAX;
  const drawn = spans.flatMap(({ text: words, look }): readonly Span[] => {
    const shown = isWhole ? words : words.slice(0, left).replaceAll('\n', '⏎');
    left -= words.length;
    return shown === '' ? [] : [{ text: shown, look }];
  });
  const rest = left < 0 ? `… ${count(-left)} more characters` : '';
  return (
    <span class="words">
      {drawn.map(({ text: words, look }, index) => (
        <span key={index} class={look}>
          {find === null ? words : marked(words, find)}
        </span>
      ))}
      {rest !== '' && <span class="muted">{rest}</span>}
    </span>
  );
}

/** The words with what was found in them marked. */
function marked(words: string, find: RegExp) {
  const parts = [];
  let from = 0;
  for (const { 0: found, index } of words.matchAll(find)) {
    parts.push(words.slice(from, index), <mark key={index}>{found}</mark>);
    from = index + found.length;
  }
  return [...parts, words.slice(from)];
}
