// What is said while it runs, and what is found.

/** A promise that was not kept. */
export interface Violation {
  readonly taskId?: string;
  readonly what: string;
  readonly evidence: string;
}

export type Say = (line: string) => void;

const KINDS = ['acknowledged', 'refused', 'in-doubt', 'unsent'] as const;
type Kind = (typeof KINDS)[number];
const NAME_WIDTH = 42;
const CELL_WIDTH = 14;

const line = (name: string, cells: readonly (string | number)[]): string =>
  `  ${name.padEnd(NAME_WIDTH)}${cells.map((cell) => String(cell).padStart(CELL_WIDTH)).join('')}`;

const EVIDENCE_CHARS_MAX = 1_500;

export class Report {
  readonly violations: Violation[] = [];
  readonly #counts = new Map<string, number>();
  readonly #moves = new Map<string, Map<Kind, number>>();
  readonly #say: Say;
  readonly #from = performance.now();

  constructor(say: Say) {
    this.#say = say;
  }

  /** One line for one thing that happens. */
  say(line: string): void {
    const seconds = ((performance.now() - this.#from) / 1_000).toFixed(1).padStart(6);
    this.#say(`${seconds}  ${line}`);
  }

  violate(violation: Violation): void {
    this.violations.push(violation);
    const { taskId, what, evidence } = violation;
    const where = taskId === undefined ? '' : `${taskId}: `;
    this.say(`VIOLATION  ${where}${what}\n        ${evidence.slice(0, EVIDENCE_CHARS_MAX)}`);
  }

  violateAll(violations: readonly Violation[]): void {
    for (const violation of violations) this.violate(violation);
  }

  add(name: string, by = 1): void {
    this.#counts.set(name, this.count(name) + by);
  }

  /** The largest of what was measured. */
  top(name: string, value: number): void {
    this.#counts.set(name, Math.max(this.count(name), value));
  }

  count(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** What became of one move: how often it was acknowledged, refused, in doubt, unsent. */
  addMove(name: string, kind: Kind): void {
    const row = this.#moves.get(name) ?? new Map<Kind, number>();
    row.set(kind, (row.get(kind) ?? 0) + 1);
    this.#moves.set(name, row);
  }

  /** What was done, then what was counted, in the order of its first counting. */
  table(): string {
    const rows = [...this.#counts, ['violations', this.violations.length] as const];
    const moves = [...this.#moves].map(([name, row]) =>
      line(
        name,
        KINDS.map((kind) => row.get(kind) ?? 0),
      ),
    );
    const head = moves.length === 0 ? [] : [line('', KINDS), ...moves, ''];
    return [...head, ...rows.map(([name, value]) => line(name, [value]))].join('\n');
  }
}
