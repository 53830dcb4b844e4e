// Which fenced blocks of a Markdown file are tested, and what they must print.

export interface TestedBlock {
  /** The line of the file, for the name of the test. */
  readonly line: number;
  readonly script: string;
  /** What follows under `<!-- output -->`; `…` stands for any text. */
  readonly output: string | undefined;
}

interface Fence {
  readonly line: number;
  readonly mark: string;
  readonly language: string;
  readonly text: string;
}

const MARKS = ['test', 'output'];

/** All fenced blocks in their order; `mark` is the comment right before one. */
const fencesOf = (markdown: string): Fence[] => {
  const fences: Fence[] = [];
  const lines = markdown.split('\n');
  let mark = '';
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const language = /^```(\w*)$/.exec(line)?.[1];
    if (language === undefined) {
      mark = line.trim() === '' ? mark : (/^<!-- (\w+) -->$/.exec(line)?.[1] ?? '');
      continue;
    }
    const end = lines.indexOf('```', at + 1);
    if (end === -1) throw new Error(`The block of line ${at + 1} has no end`);
    fences.push({ line: at + 1, mark, language, text: lines.slice(at + 1, end).join('\n') });
    at = end;
    mark = '';
  }
  return fences;
};

/** The blocks marked `<!-- test -->`, each with the output that is promised right after it. */
export const testedBlocks = (markdown: string): TestedBlock[] => {
  const fences = fencesOf(markdown);
  const marks = [...markdown.matchAll(/^<!-- (\w+) -->$/gm)].filter(([, mark]) =>
    MARKS.includes(mark ?? ''),
  );
  const marked = fences.filter(({ mark }) => MARKS.includes(mark));
  if (marks.length !== marked.length) throw new Error('A mark stands before no block');
  return fences.flatMap((fence, index) => {
    const next = fences[index + 1];
    if (fence.mark === 'output' && fences[index - 1]?.mark !== 'test') {
      throw new Error(`The output of line ${fence.line} follows no test`);
    }
    if (fence.mark !== 'test') return [];
    if (fence.language !== 'sh') throw new Error(`The test of line ${fence.line} is not \`sh\``);
    const output = next?.mark === 'output' ? next.text : undefined;
    return [{ line: fence.line, script: fence.text, output }];
  });
};

/** The promised text as a pattern for the whole of what was printed. */
export const patternOf = (output: string): RegExp => {
  const parts = output.trim().split('…');
  const escaped = parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${escaped.join('[^]*?')}$`);
};
