// What a file looks like: its name, its length, the length of its functions, and words that are not used.

import path from 'node:path';
import { type Fault, lineAt, type Source } from './source.ts';

export const FILE_LINES_MAX = 250;
export const FUNCTION_LINES_MAX = 60;
const EMPTY_NAMES = /^(utils?|common|misc|types|index|helpers?)\.[jt]s$/;
/** A brace that opens a function: after an arrow, or after parameters and perhaps a return type. */
const FUNCTION_HEAD = /(?:=>|\)\s*(?::[^;={}]*)?)\s*$/;
const NO_FUNCTION = /\b(?:if|for|while|switch|catch|with)\s*$/;

const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
  [/(?:[:<|&,(=]\s*|\bas\s+)any\b|\bany\[\]/g, '`any`'],
  [/[\w)\]]!(?=\s*[.;,)\]}[(]|\s*$)/gm, 'a non-null assertion'],
  [/\.prepare\(\s*`/g, 'SQL out of a template'],
];

/** The one door to D1, where statements are bound to their project. */
const DATABASE_DOOR = 'src/db/database.ts';

export function checkShape(source: Source): readonly Fault[] {
  return [
    ...checkName(source),
    ...checkLength(source),
    ...checkFunctions(source),
    ...checkWords(source),
    ...checkDatabase(source),
  ];
}

function checkName({ path: file }: Source): readonly Fault[] {
  if (file === 'src/index.ts' || !EMPTY_NAMES.test(path.posix.basename(file))) return [];
  return [{ path: file, line: 1, rule: 'the name of the file says nothing' }];
}

function checkLength(source: Source): readonly Fault[] {
  const lines = source.text.trimEnd().split('\n').length;
  if (lines <= FILE_LINES_MAX) return [];
  return [{ path: source.path, line: lines, rule: `a file has at most ${FILE_LINES_MAX} lines` }];
}

function checkWords(source: Source): readonly Fault[] {
  if (!source.path.startsWith('src/')) return [];
  return FORBIDDEN.flatMap(([pattern, what]) =>
    [...source.code.matchAll(pattern)].map((match) => ({
      path: source.path,
      line: lineAt(source.code, match.index),
      rule: `${what} is not used`,
    })),
  );
}

function checkDatabase(source: Source): readonly Fault[] {
  if (!source.path.startsWith('src/') || source.path === DATABASE_DOOR) return [];
  return [...source.code.matchAll(/\.DB\b|\{[^{}]*\bDB\b[^{}:]*\}\s*=/g)].map((match) => ({
    path: source.path,
    line: lineAt(source.code, match.index),
    rule: `D1 is reached through ${DATABASE_DOOR} alone`,
  }));
}

/** Counts from the line of the opening brace to that of its closing one. */
function checkFunctions(source: Source): readonly Fault[] {
  const faults: Fault[] = [];
  const open: { readonly line: number; readonly isFunction: boolean }[] = [];
  let line = 1;
  for (const [index, character] of [...source.code].entries()) {
    if (character === '\n') line++;
    if (character === '{') open.push({ line, isFunction: opensFunction(source.code, index) });
    if (character !== '}') continue;
    const block = open.pop();
    if (!block?.isFunction || line - block.line + 1 <= FUNCTION_LINES_MAX) continue;
    const rule = `a function has at most ${FUNCTION_LINES_MAX} lines`;
    faults.push({ path: source.path, line: block.line, rule });
  }
  return faults;
}

function opensFunction(code: string, brace: number): boolean {
  const before = code.slice(Math.max(0, brace - 2_000), brace);
  const head = FUNCTION_HEAD.exec(before);
  if (!head) return false;
  if (head[0].startsWith('=>')) return true;
  return !NO_FUNCTION.test(before.slice(0, matchingParenthesis(before, head.index)));
}

function matchingParenthesis(code: string, close: number): number {
  let depth = 0;
  for (let index = close; index >= 0; index--) {
    if (code.charAt(index) === ')') depth++;
    if (code.charAt(index) === '(' && --depth === 0) return index;
  }
  return 0;
}
