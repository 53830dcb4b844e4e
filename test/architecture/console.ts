// What a page of the console never does: make markup or code out of text, carry styles in attributes, load from elsewhere.

import { type Fault, lineAt, type Source } from './source.ts';

const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
  [/\b(?:inner|outer)HTML\b|\binsertAdjacentHTML\b|dangerouslySet|\bdocument\.write/g, 'markup'],
  [/\beval\b|\bnew Function\b|\bsrcdoc\b|\bcreateContextualFragment\b|\bDOMParser\b/g, 'code'],
  [/\sstyle=/g, 'a style attribute'],
  [/\bsetInterval\(\s*(?:async\b|[^)]*\bfetch\b)/g, 'polling'],
  [/(?:[:<|&,(=]\s*|\bas\s+)any\b|\bany\[\]/g, '`any`'],
];

export function checkConsole(source: Source): readonly Fault[] {
  if (!source.path.startsWith('console/src/')) return [];
  return FORBIDDEN.flatMap(([pattern, what]) =>
    [...source.code.matchAll(pattern)].map((match) => ({
      path: source.path,
      line: lineAt(source.code, match.index),
      rule: `the console has no place for ${what}`,
    })),
  );
}
