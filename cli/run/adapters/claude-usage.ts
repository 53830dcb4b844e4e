// Claude repeats the usage of a message on every line of it, and sums its own turns up at the end.
import { countOf, type Fields, fieldsOf, textOf } from './fields.ts';
import { type Told, told } from './told.ts';

interface Tokens {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
}

const NONE: Tokens = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
const MESSAGES_MAX = 1_000;

const tokensOf = (usage: Fields): Tokens => ({
  inputTokens: countOf(usage['input_tokens']),
  outputTokens: countOf(usage['output_tokens']),
  cacheReadTokens: countOf(usage['cache_read_input_tokens']),
  cacheWriteTokens: countOf(usage['cache_creation_input_tokens']),
});

const combine = (a: Tokens, b: Tokens, how: (a: number, b: number) => number): Tokens => ({
  inputTokens: how(a.inputTokens, b.inputTokens),
  outputTokens: how(a.outputTokens, b.outputTokens),
  cacheReadTokens: how(a.cacheReadTokens, b.cacheReadTokens),
  cacheWriteTokens: how(a.cacheWriteTokens, b.cacheWriteTokens),
});

const plus = (a: number, b: number): number => a + b;
const rest = (a: number, b: number): number => Math.max(0, a - b);

/** The usage of one run, each token reported once. */
export class ClaudeUsage {
  readonly #counted = new Map<string, Tokens>();
  #turn = NONE;
  #model = '';

  /** The usage of a message, and nothing where a line before has told it. */
  ofMessage(message: Fields, isMain: boolean): readonly Told[] {
    const id = textOf(message['id']);
    const model = textOf(message['model']);
    const tokens = tokensOf(fieldsOf(message['usage']));
    const before = this.#counted.get(id) ?? NONE;
    const fresh = combine(tokens, before, rest);
    this.#remember(id, combine(tokens, before, Math.max));
    if (isMain) {
      this.#turn = combine(this.#turn, fresh, plus);
      this.#model = model;
    }
    return report(fresh, model);
  }

  /** The usage of a turn by its result: what its messages did not tell, as the last words of an answer. */
  ofResult(result: Fields): readonly Told[] {
    const missing = combine(tokensOf(fieldsOf(result['usage'])), this.#turn, rest);
    this.#turn = NONE;
    return report(missing, this.#model);
  }

  #remember(id: string, tokens: Tokens): void {
    const [oldest] = this.#counted.keys();
    if (this.#counted.size >= MESSAGES_MAX && oldest !== undefined) this.#counted.delete(oldest);
    this.#counted.set(id, tokens);
  }
}

/** How much of the context a message and its answer fill. */
export const contextOf = (message: Fields): number => {
  const tokens = tokensOf(fieldsOf(message['usage']));
  return Object.values(tokens).reduce(plus, 0);
};

const report = (tokens: Tokens, model: string): readonly Told[] => {
  if (Object.values(tokens).every((count) => count === 0)) return [];
  // A message that the program itself made up names no model that has a price.
  const name = model === '' || model.startsWith('<') ? {} : { model: model.slice(0, 100) };
  return [told('usage:report', { ...name, ...tokens, scope: 'delta' })];
};
