// One source file as the rules see it: its text, its text without strings and comments, its imports.

import path from 'node:path';

export interface Fault {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
}

export interface Import {
  readonly specifier: string;
  readonly line: number;
  readonly typeOnly: boolean;
}

export interface Source {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** The same text with strings and comments blanked, so that positions stay. */
  readonly code: string;
  readonly imports: readonly Import[];
}

const REGEX_MAY_FOLLOW = /(?:^|[(,=:[!&|?{};+<>~^%*-]|\breturn|\btypeof|\bcase|=>)\s*$/;
const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`|\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/g;
const IMPORT = /\b(?:import|export)\b(?:(\s+type\b)?[\w\s{},*$]*?\bfrom\s*|\s*\(\s*|\s+)(?=['"])/g;

export function readSource(filePath: string, text: string): Source {
  return { path: filePath, text, code: blank(text), imports: importsOf(text) };
}

export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

/** Where a relative import leads, from the root of the repository; a package is its own name. */
export function targetOf(source: Source, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return path.posix.join(path.posix.dirname(source.path), specifier);
}

function blank(text: string): string {
  return text.replace(TOKEN, (token, offset: number) => {
    if (token.startsWith('//') || token.startsWith('/*')) return token.replace(/[^\n]/g, ' ');
    // A slash begins a regular expression only where a value may begin; elsewhere it divides.
    if (token.startsWith('/') && !REGEX_MAY_FOLLOW.test(text.slice(0, offset))) return token;
    const inside = token.slice(1, -1).replace(/[^\n]/g, ' ');
    return token.charAt(0) + inside + token.charAt(token.length - 1);
  });
}

function importsOf(text: string): readonly Import[] {
  const code = blank(text);
  return [...code.matchAll(IMPORT)].map((match) => {
    const quote = match.index + match[0].length;
    const specifier = text.slice(quote + 1, text.indexOf(text.charAt(quote), quote + 1));
    return { specifier, line: lineAt(text, match.index), typeOnly: match[1] !== undefined };
  });
}
