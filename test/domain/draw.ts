import fc from 'fast-check';

export const MOVES = [
  'go-on',
  'finish',
  'ingest',
  'progress',
  'artifact',
  'release',
  'force-release',
  'message',
  'claim',
  'expire',
  'stale',
  'again',
  'report',
  'ask',
  'log',
  'cancel',
  'pause',
  'resume',
  'retry',
  'decide',
  'decompose',
  'execute',
  'note-subtask',
  'note-dependency',
  'trash',
  'restore',
  'archive',
  'unarchive',
  'empty-trash',
  'tick',
  'foreign',
] as const;
export type Move = (typeof MOVES)[number];

/** One step before it meets the state: what to try, and the numbers that choose how. */
export interface Draw {
  readonly move: Move;
  readonly who: number;
  readonly a: number;
  readonly b: number;
  readonly waitMs: number;
  readonly text: string;
}

/** How often each move is made where nothing is aimed at; `go-on` is what brings a run to its end. */
const WEIGHTS: Readonly<Record<Move, number>> = {
  'go-on': 60,
  finish: 6,
  ingest: 7,
  progress: 1,
  artifact: 2,
  release: 2,
  'force-release': 2,
  message: 2,
  claim: 3,
  expire: 3,
  stale: 4,
  again: 4,
  report: 6,
  ask: 5,
  log: 1,
  cancel: 1,
  pause: 2,
  resume: 2,
  retry: 4,
  decide: 8,
  decompose: 3,
  execute: 2,
  'note-subtask': 7,
  'note-dependency': 3,
  trash: 2,
  restore: 2,
  archive: 2,
  unarchive: 1,
  'empty-trash': 1,
  tick: 3,
  foreign: 2,
};

/** Words that break what is built carelessly: names that objects inherit, lone surrogates, marks and bidi. */
export const ODD_TEXTS = [
  '',
  '__proto__',
  'constructor',
  'toString',
  '\ud800',
  '\u202eabc',
  '\0',
  '☃\n"',
];

/** Any code points, lone surrogates too: `fc.string` first makes a table of them all, which takes two seconds. */
export const anyLetters = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .array(fc.nat({ max: 0x10ffff }), { maxLength })
    .map((points) => String.fromCodePoint(...points));

const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('LGTM', 'planning', 'review', 'a note') },
  { weight: 1, arbitrary: fc.constantFrom(...ODD_TEXTS) },
  { weight: 1, arbitrary: anyLetters(8) },
);

const waitMs = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 900 }) },
  { weight: 3, arbitrary: fc.integer({ min: 1_000, max: 40_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 300_000, max: 900_000 }) },
);

/** Steps that go on with a run most of the time, or at random. */
export function draws(goOn: number): fc.Arbitrary<Draw> {
  const weighted = MOVES.map((move) => ({
    weight: move === 'go-on' ? goOn : WEIGHTS[move],
    arbitrary: fc.constant(move),
  }));
  const number = fc.nat({ max: 9_999 });
  return fc.record({
    move: fc.oneof(...weighted),
    who: number,
    a: number,
    b: number,
    waitMs,
    text,
  });
}
