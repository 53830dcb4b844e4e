// The fields of a config, each with the words that follow the path of a wrong key.

import { z } from 'zod';

/** A whole number. */
export const count = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, error).max(max, error);
};
/** Dollars. */
export const amount = z
  .number({ error: 'must be a number of dollars' })
  .min(0, 'must not be negative')
  .max(1_000_000, 'must be 1000000 or less');
export const word = z
  .string({ error: 'must be a string' })
  .min(1, 'must not be empty')
  .max(200, 'must be 200 characters or less');
export const words = z
  .array(word, { error: 'must be a list of strings' })
  .max(50, 'must be 50 entries or less');
export const flag = z.boolean({ error: 'must be true or false' });
export const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be one of: ${values.join(', ')}` });
