import type { Price } from '../contract/config.ts';
import type { Usage } from '../contract/task.ts';

export interface Tokens {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
}

const FALLBACK: Price = { inputPerMillion: 3, outputPerMillion: 15 };

/** The price of a model; one that has none of its own costs the default. */
export function priceOf(prices: Readonly<Record<string, Price>>, model: string | undefined): Price {
  const own = model !== undefined && Object.hasOwn(prices, model) ? prices[model] : undefined;
  return own ?? prices['default'] ?? FALLBACK;
}

/** The cost in millionths of a dollar: dollars a million tokens is micro-dollars a token. */
export function costMicros(tokens: Tokens, price: Price): number {
  const cacheRead = price.cacheReadPerMillion ?? price.inputPerMillion;
  const cacheWrite = price.cacheWritePerMillion ?? price.inputPerMillion;
  return Math.round(
    tokens.inputTokens * price.inputPerMillion +
      tokens.outputTokens * price.outputPerMillion +
      tokens.cacheReadTokens * cacheRead +
      tokens.cacheWriteTokens * cacheWrite,
  );
}

export interface Spent {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costMicros: number;
}

export const NOTHING_SPENT: Spent = { inputTokens: 0, outputTokens: 0, costMicros: 0 };

export const sumSpent = (all: readonly Spent[]): Spent =>
  all.reduce(
    (sum, one) => ({
      inputTokens: sum.inputTokens + one.inputTokens,
      outputTokens: sum.outputTokens + one.outputTokens,
      costMicros: sum.costMicros + one.costMicros,
    }),
    NOTHING_SPENT,
  );

/** What people see: dollars to four decimals. */
export function usageView(spent: Spent): Usage {
  return {
    inputTokens: spent.inputTokens,
    outputTokens: spent.outputTokens,
    totalTokens: spent.inputTokens + spent.outputTokens,
    estimatedCost: Math.round(spent.costMicros / 100) / 10_000,
  };
}
