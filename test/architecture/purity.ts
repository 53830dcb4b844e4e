// `domain` and `contract` are arithmetic: equal input gives equal output, so a replay needs nothing else.

import { type Fault, lineAt, type Source } from './source.ts';

const IMPURE: readonly (readonly [RegExp, string])[] = [
  [/\bDate\s*\.\s*now\b/g, 'reads the clock'],
  [/\bnew\s+Date\s*(?:\(\s*\)|(?!\s*\())/g, 'reads the clock'],
  [/(?<!new\s)\bDate\s*\(/g, 'reads the clock'],
  [/\bMath\s*\.\s*random\b/g, 'is random'],
  [/\bcrypto\s*\.\s*\w+/g, 'is random'],
  [/\brandom(?:UUID|Bytes|Int)\b/g, 'is random'],
  [/\bperformance\b/g, 'reads the clock'],
  [/\bset(?:Timeout|Interval|Immediate)\b/g, 'waits'],
  [/\b(?:await|async)\b/g, 'waits'],
  [/\bfetch\s*\(/g, 'asks the network'],
  [/\bconsole\s*\./g, 'writes'],
];

export function checkPurity(source: Source): readonly Fault[] {
  if (!/^src\/(domain|contract)\//.test(source.path)) return [];
  const faults = IMPURE.flatMap(([pattern, what]) =>
    [...source.code.matchAll(pattern)].map((match) => ({
      path: source.path,
      line: lineAt(source.code, match.index),
      rule: `a pure file ${what}: ${match[0].trim()}`,
    })),
  );
  const platform = source.imports
    .filter(({ specifier }) => specifier.startsWith('cloudflare:'))
    .map(({ line, specifier }) => {
      return { path: source.path, line, rule: `a pure file knows the platform: ${specifier}` };
    });
  return [...faults, ...platform];
}
