// A patch of git, line by line. Pure.

export type LineKind = 'added' | 'removed' | 'head' | 'same';

export interface DiffLine {
  readonly kind: LineKind;
  readonly text: string;
}

export interface Diff {
  readonly lines: readonly DiffLine[];
  readonly files: number;
  readonly added: number;
  readonly removed: number;
}

/** Reads a patch. Within a file's header `---` and `+++` are no changes. */
export function readDiff(text: string): Diff {
  let isHeader = true;
  let files = 0;
  const count = { added: 0, removed: 0 };
  const lines = text
    .replace(/\n$/, '')
    .split('\n')
    .map((line): DiffLine => {
      if (line.startsWith('diff --git ')) {
        files += 1;
        isHeader = true;
      } else if (line.startsWith('@@')) isHeader = false;
      const kind = kindOf(line, isHeader);
      if (kind === 'added' || kind === 'removed') count[kind] += 1;
      return { kind, text: line };
    });
  return { lines, files, ...count };
}

function kindOf(line: string, isHeader: boolean): LineKind {
  if (isHeader || line.startsWith('@@')) return 'head';
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'removed' : 'same';
}
