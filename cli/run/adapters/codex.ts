// Codex's `exec --json`: an event of its thread a line, after the types of its SDK.

import { readItem } from './codex-items.ts';
import { countOf, type Fields, fieldsOf, parseLine, textOf } from './fields.ts';
import { faultIn } from './provider-limit.ts';
import { type Adapter, noted, type Told, told } from './told.ts';
import { ToolNames } from './tool-names.ts';

const COUNTS = [
  'input_tokens',
  'cached_input_tokens',
  'cache_write_input_tokens',
  'output_tokens',
] as const;
type Counts = Readonly<Record<(typeof COUNTS)[number], number>>;

const countsOf = (usage: Fields): Counts => ({
  input_tokens: countOf(usage['input_tokens']),
  cached_input_tokens: countOf(usage['cached_input_tokens']),
  cache_write_input_tokens: countOf(usage['cache_write_input_tokens']),
  output_tokens: countOf(usage['output_tokens']),
});

export class CodexAdapter implements Adapter {
  readonly #calls = new ToolNames();
  readonly #model: string | undefined;
  /** What the thread had used when a turn last ended: the figures of a turn count on from there. */
  #used: Counts;

  constructor(memory: Fields = {}, model?: string) {
    this.#used = countsOf(fieldsOf(memory['used']));
    this.#model = model;
  }

  get memory(): Fields {
    return this.#used.input_tokens === 0 ? {} : { used: this.#used };
  }

  read(line: string): readonly Told[] | undefined {
    const fields = parseLine(line);
    switch (fields?.['type']) {
      case 'thread.started':
        return [{ kind: 'session', sessionId: textOf(fields['thread_id']) }];
      case 'turn.started':
        return [];
      case 'turn.completed':
        return [...this.#usage(fieldsOf(fields['usage'])), { kind: 'ended' }];
      case 'turn.failed':
        return this.#failed(textOf(fieldsOf(fields['error'])['message']));
      case 'error':
        // It says the same of a connection that it then makes anew: a turn that completes takes it back.
        return this.#failed(textOf(fields['message']));
      case 'item.started':
      case 'item.updated':
      case 'item.completed':
        return readItem(fieldsOf(fields['item']), fields['type'], this.#calls);
      default:
        return undefined;
    }
  }

  #failed(said: string): readonly Told[] {
    const message = said === '' ? 'The turn failed' : said;
    return [noted('error', message), { kind: 'ended', fault: faultIn(message) }];
  }

  /** The cached tokens are part of the input. Figures that have fallen are of a count that began anew. */
  #usage(usage: Fields): readonly Told[] {
    const now = countsOf(usage);
    const hasFallen = COUNTS.some((name) => now[name] < this.#used[name]);
    const before = hasFallen ? countsOf({}) : this.#used;
    this.#used = now;
    const cacheReadTokens = now.cached_input_tokens - before.cached_input_tokens;
    const cacheWriteTokens = now.cache_write_input_tokens - before.cache_write_input_tokens;
    const input = now.input_tokens - before.input_tokens;
    const outputTokens = now.output_tokens - before.output_tokens;
    if (input === 0 && outputTokens === 0) return [];
    const inputTokens = Math.max(0, input - cacheReadTokens - cacheWriteTokens);
    const model = this.#model === undefined ? {} : { model: this.#model };
    const tokens = { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens };
    return [told('usage:report', { ...model, ...tokens, scope: 'delta' })];
  }
}
