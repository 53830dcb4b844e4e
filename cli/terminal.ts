// What a person sees on stderr. Text of agents and tasks is foreign and never steers the terminal.
import process from 'node:process';
import { createColors } from 'picocolors';
import { LiveLines } from './live-lines.ts';

const ESC = String.fromCharCode(0x1b);
const BEL = String.fromCharCode(0x07);
/** CSI in its 7-bit form, and the strings OSC, DCS, SOS, PM and APC with their payload (ECMA-48). */
const SEQUENCE = new RegExp(
  `${ESC}(?:\\[[0-?]*[ -/]*[@-~]|[\\]PX^_][^${ESC}${BEL}]*(?:${BEL}|${ESC}\\\\)?|[ -/]*[0-~])`,
  'gu',
);
const CONTROL = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Takes away escape sequences, control characters and bidi controls; a tab stays. */
export const printableText = (text: string): string =>
  text.replace(SEQUENCE, '').replace(CONTROL, (char) => (char === '\t' ? '\t' : ''));

const DOING_CHARS_MAX = 300;

const colours = (): boolean => {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0';
  return process.stderr.isTTY === true && TERM !== 'dumb';
};

/** The lines of one command on stderr. */
export class Terminal {
  readonly #verbose: boolean;
  readonly #paint = createColors(colours());
  readonly #live: LiveLines;
  readonly #doing = new Map<string, string>();

  constructor(verbose: boolean, live = new LiveLines()) {
    this.#verbose = verbose;
    this.#live = live;
  }

  /** Whether what goes on is shown all the time, so that not every bit of it needs a line. */
  get isLive(): boolean {
    return this.#live.isLive;
  }

  /** Shows these lines below all others until `end`. */
  follow(source: () => readonly string[]): void {
    this.#live.follow(() => source().map(printableText));
  }

  end(): void {
    this.#live.end();
  }

  /** What an agent does right now; shown where somebody looks. */
  doing(line: { taskId: string; text: string }): void {
    const [first = ''] = line.text
      .trimStart()
      .slice(0, DOING_CHARS_MAX)
      .split(/[\r\n]/, 1);
    if (first !== '') this.#doing.set(line.taskId, first);
  }

  doingOf(taskId: string): string {
    return this.#doing.get(taskId) ?? '';
  }

  forget(taskId: string): void {
    this.#doing.delete(taskId);
  }

  say(text: string): void {
    this.#write(printableText(text));
  }

  warn(text: string): void {
    this.#write(this.#paint.yellow(printableText(text)));
  }

  /** One line for one change of a task. */
  change(line: { taskId: string; where: string; sinceMs: number; text: string }): void {
    const age = this.#paint.dim(ageText(line.sinceMs));
    const where = this.#paint.cyan(printableText(line.where));
    this.#write(`${printableText(line.taskId)}  ${where}  ${age}  ${printableText(line.text)}`);
  }

  /** A line of an agent, with --verbose only. */
  agent(line: { taskId: string; text: string }): void {
    this.doing(line);
    if (!this.#verbose) return;
    const lead = this.#paint.dim(`  ${printableText(line.taskId).slice(-6)} │`);
    this.#write(`${lead} ${printableText(line.text)}`);
  }

  #write(line: string): void {
    this.#live.above(line);
  }
}

/** Seconds, minutes or hours, as short as it is clear. */
export const ageText = (ms: number): string => {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m${seconds % 60}s`;
  return `${Math.floor(seconds / 3_600)}h${Math.floor((seconds % 3_600) / 60)}m`;
};
