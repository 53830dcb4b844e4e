// The last lines of a terminal, drawn again and again, with what stays written above them.
import process from 'node:process';

const DRAW_MS = 250;
const COLUMNS = 80;
const UP = (lines: number): string => (lines > 0 ? `\u001b[${lines}A` : '');

/** Who reads this is a person: no pipe, no dumb terminal, no continuous integration, no agent that drives. */
export const isPerson = (
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean => {
  const { TERM, CI, AI_AGENT, CLAUDECODE } = env;
  const isDriven = [CI, AI_AGENT, CLAUDECODE].some((value) => value !== undefined && value !== '');
  return stream.isTTY === true && TERM !== 'dumb' && !isDriven;
};

type Output = Pick<NodeJS.WriteStream, 'write' | 'columns' | 'isTTY'>;

export class LiveLines {
  readonly #stream: Output;
  readonly #isLive: boolean;
  #source: () => readonly string[] = () => [];
  #drawn: readonly string[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: Output = process.stderr, isLive = isPerson(stream, process.env)) {
    this.#stream = stream;
    this.#isLive = isLive;
  }

  get isLive(): boolean {
    return this.#isLive;
  }

  /** Shows what the source says from now on, without escape codes in it. */
  follow(source: () => readonly string[]): void {
    if (!this.#isLive) return;
    this.#source = source;
    this.#timer ??= setInterval(() => this.#draw(), DRAW_MS).unref();
    this.#draw();
  }

  /** Writes a line that stays. */
  above(line: string): void {
    const drawn = this.#drawn;
    this.#stream.write(`${this.#clearing()}${line}\n`);
    this.#drawn = [];
    if (drawn.length > 0) this.#draw();
  }

  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#stream.write(this.#clearing());
    this.#drawn = [];
    this.#source = () => [];
  }

  #draw(): void {
    const columns = (this.#stream.columns || COLUMNS) - 1;
    const lines = this.#source().map((line) => fitColumns(line, columns));
    if (lines.join('\n') === this.#drawn.join('\n')) return;
    this.#stream.write(`${this.#clearing()}${lines.join('\n')}`);
    this.#drawn = lines;
  }

  #clearing(): string {
    return this.#drawn.length === 0 ? '' : `\r${UP(this.#drawn.length - 1)}\u001b[J`;
  }
}

/** Wide characters count for two; a line that wrapped could not be taken back. */
const fitColumns = (line: string, columns: number): string => {
  let width = 0;
  let shown = '';
  for (const char of line) {
    width += (char.codePointAt(0) ?? 0) >= 0x1100 ? 2 : 1;
    if (width > columns) return `${shown.slice(0, -1)}…`;
    shown += char;
  }
  return shown;
};
