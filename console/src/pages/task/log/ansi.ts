// A line of a terminal as spans: what it says in colour and weight is kept, everything else that steers a terminal is dropped. Pure.

import { plain } from '../../../parts/plain.ts';

export interface Span {
  readonly text: string;
  /** Classes, or an empty text. */
  readonly look: string;
}

const ESC = '\\u001b';
/** What begins a string, in one character. */
const STARTS = '\\u0090\\u0098\\u009d-\\u009f';
/**
 * Escapes with what belongs to them: CSI (its parameters and its last letter are caught), strings such as OSC, all others.
 * No string has the beginning of another in it: else a line of nothing but beginnings would be read once for each.
 */
const ESCAPES = new RegExp(
  `(?:${ESC}\\[|\\u009b)([0-?]*)[ -/]*([@-~])|` +
    `(?:${ESC}[\\]PX^_]|[${STARTS}])[^\\u0007\\u001b\\u009c${STARTS}]*(?:\\u0007|${ESC}\\\\|\\u009c)|` +
    `${ESC}[ -/]*[0-~]?`,
  'g',
);
/** The sixteen colours in the page's own: black and white are the text's, magenta and cyan are blue. */
const COLOURS = ['', 'bad', 'ok', 'wait', 'busy', 'busy', 'busy', ''];

const HAS_ESCAPE = new RegExp(`[${ESC}\\u0080-\\u009f]`);

/** The line without escapes, for who looks for words in very many. */
export const stripped = (line: string): string =>
  HAS_ESCAPE.test(line) ? line.replace(ESCAPES, '') : line;

/** The words of a line, as they are shown and copied. */
export const textOf = (line: string): string => plain(stripped(line).replace(/\r$/, ''));

interface Pen {
  colour: string;
  /** What is behind the words is told by their colour, where they have none of their own. */
  ground: string;
  readonly styles: Set<string>;
}

/** A line that changes its look more often is a picture, or is meant to weigh: it has one look. */
const SPANS_MAX = 500;

/** The line cut where its look changes. */
export function spansOf(line: string): readonly Span[] {
  const spans: Span[] = [];
  const pen: Pen = { colour: '', ground: '', styles: new Set() };
  let from = 0;
  const add = (to: number): void => {
    const text = textOf(line.slice(from, to));
    if (text !== '')
      spans.push({ text, look: [pen.colour || pen.ground, ...pen.styles].join(' ').trim() });
  };
  for (const match of line.matchAll(ESCAPES)) {
    add(match.index);
    if (spans.length > SPANS_MAX) return [{ text: textOf(line), look: '' }];
    from = match.index + match[0].length;
    if (match[2] === 'm') turn(pen, match[1] ?? '');
  }
  add(line.length);
  return spans;
}

const STYLES: Readonly<Record<number, string>> = { 1: 'bold', 2: 'muted', 3: 'italic', 4: 'under' };

/** SGR (ECMA-48 8.3.117). 256 and true colours are passed over with their numbers. */
function turn(pen: Pen, codes: string): void {
  const numbers = codes.split(';').map((code) => Number.parseInt(code || '0', 10));
  for (let index = 0; index < numbers.length; index++) {
    const code = numbers[index] ?? 0;
    const style = STYLES[code];
    if (style !== undefined) pen.styles.add(style);
    else if (code === 38 || code === 48) index += numbers[index + 1] === 2 ? 4 : 2;
    else if (code === 22) for (const one of ['bold', 'muted']) pen.styles.delete(one);
    else if (code === 23) pen.styles.delete('italic');
    else if (code === 24) pen.styles.delete('under');
    else if (code === 0) pen.styles.clear();
    if (code === 0 || code === 39) pen.colour = '';
    if (code === 0 || code === 49) pen.ground = '';
    else if (code === 90) pen.colour = 'muted';
    else if (/^[39][0-7]$/.test(`${code}`)) pen.colour = COLOURS[code % 10] ?? '';
    else if (/^(?:4|10)[0-7]$/.test(`${code}`)) pen.ground = COLOURS[code % 10] ?? '';
  }
}
