// Lines as text, to take along: without colours, so that they steer nobody's terminal.

import type { LogLine } from '../../../live/task-stream.ts';
import { textOf } from './ansi.ts';
import type { Marks } from './marks.ts';
import type { View } from './view.ts';

const written = ({ at, level, stage, message }: LogLine): string => {
  const where = stage === '' ? '' : ` [${stage}]`;
  return `${new Date(at).toISOString()} ${level.padEnd(5)}${where} ${textOf(message)}\n`;
};

/** All that is shown, a line each with its time, level and stage. */
export function writtenOf(view: View): string[] {
  return view.rows.flatMap((_, row) => {
    const line = view.line(row);
    return line === undefined ? [] : [written(line)];
  });
}

/** What the marked lines say. */
export function wordsOf(view: View, { from, to }: Marks): string {
  const words: string[] = [];
  for (let row = view.rowFrom(from); row < view.rows.length; row++) {
    const line = view.line(row);
    if (line === undefined || line.seq > to) break;
    words.push(textOf(line.message));
  }
  return words.join('\n');
}
