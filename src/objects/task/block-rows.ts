// The rows that a commit is written as.

import type { Block } from '../../domain/blocks.ts';

/** A body is split where it would pass this: at three bytes a character it still fits one frame of many. */
const BODY_CHARS_MAX = 320_000;

/** One row to be written, its events as text. */
export interface BlockRow {
  readonly block: Block;
  readonly texts: readonly string[];
}

/** The rows that a commit is written as: a block each, or parts of one whose body would be too large for one. */
export const rowsOf = (blocks: readonly Block[]): readonly BlockRow[] =>
  blocks.flatMap((block) =>
    partsOf(
      block,
      block.events.map((event) => JSON.stringify(event)),
    ),
  );

function partsOf(block: Block, texts: readonly string[]): BlockRow[] {
  const parts: BlockRow[] = [];
  let from = 0;
  let chars = 0;
  for (const [index, text] of texts.entries()) {
    if (index > from && chars + text.length > BODY_CHARS_MAX) {
      parts.push(part(block, texts, from, index));
      from = index;
      chars = 0;
    }
    chars += text.length + 1;
  }
  return from === 0 ? [{ block, texts }] : [...parts, part(block, texts, from, texts.length)];
}

function part(block: Block, texts: readonly string[], from: number, to: number): BlockRow {
  const events = block.events.slice(from, to);
  const cut: Block = {
    ...block,
    events,
    first: block.first + from,
    last: block.first + to - 1,
    logs: events.filter(({ type }) => type === 'log:entry').length,
  };
  return { block: cut, texts: texts.slice(from, to) };
}
