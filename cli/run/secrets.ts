// What must not leave this machine in the words of an agent: secrets by their form, and by their value.
import { redact } from './redact.ts';

const NAME = /TOKEN|SECRET|KEY|PASSWORD|PASSWD|CREDENTIAL/i;
/** These name a place where a secret is, which is none itself. */
const PLACE = /_(?:PATH|FILE|DIR|SOCK)$/i;
const VALUE_CHARS_MIN = 8;
/** A line of a secret of many lines, as a key in PEM form is. */
const LINE_CHARS_MIN = 16;
const VALUES_MAX = 1_000;

/** The secrets of one lease. */
export class Secrets {
  readonly #values = new Set<string>();
  #pattern: RegExp | undefined;

  constructor(env: Readonly<Record<string, string | undefined>>) {
    for (const [name, value = ''] of Object.entries(env)) {
      if (NAME.test(name) && !PLACE.test(name)) this.#take(value);
    }
  }

  /** A credential of the runner itself. */
  add(value: string): void {
    this.#take(value);
  }

  /** The same value with `[redacted:<kind>]` for each secret in its strings. */
  mask<T>(value: T): T {
    // Strings stay strings and the shape stays, so the type does too.
    return redact(this.#maskValues(value)) as T;
  }

  #take(value: string): void {
    for (const part of [value, ...value.split(/\r?\n/)]) {
      const charsMin = part === value ? VALUE_CHARS_MIN : LINE_CHARS_MIN;
      if (part.length < charsMin || this.#values.size >= VALUES_MAX) continue;
      this.#values.add(part);
      // Within the text of JSON it is written so.
      this.#values.add(JSON.stringify(part).slice(1, -1));
    }
    // The longest first, so that of a value within another nothing is left.
    const sorted = [...this.#values].sort((a, b) => b.length - a.length);
    const escaped = sorted.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    this.#pattern = escaped.length === 0 ? undefined : new RegExp(escaped.join('|'), 'g');
  }

  #maskValues(value: unknown): unknown {
    const pattern = this.#pattern;
    if (pattern === undefined) return value;
    if (typeof value === 'string') return value.replace(pattern, '[redacted:env]');
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item: unknown) => this.#maskValues(item));
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key.replace(pattern, '[redacted:env]'),
        this.#maskValues(item),
      ]),
    );
  }
}
