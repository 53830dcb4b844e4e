import { z } from 'zod';

/** A text field with the sentences that the reference prints: `X is required`, `X must be a string`. */
export function fieldText(
  name: string,
  maxLength: number,
  options: { required?: boolean; trim?: boolean } = {},
) {
  const typed = z.string({
    error: (issue) =>
      issue.input === undefined && options.required
        ? `${name} is required`
        : `${name} must be a string`,
  });
  // Trimmed before it is measured.
  const text = (options.trim ? typed.trim() : typed).max(
    maxLength,
    `${name} must be ${maxLength} characters or less`,
  );
  if (!options.required) return text;
  return text.refine((value) => value.trim().length > 0, `${name} is required`);
}

/** An enum with the sentence that the reference prints: `X must be one of: a, b`. */
export function fieldEnum<const T extends readonly [string, ...string[]]>(name: string, values: T) {
  return z.enum(values, { error: `${name} must be one of: ${values.join(', ')}` });
}

/** A whole number within limits, with one sentence for every way to be wrong. */
export function fieldInteger(name: string, min: number, max: number) {
  const error = `${name} must be a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, error).max(max, error);
}

/** A text in a query string. A parameter that is repeated comes as a list and is refused. */
export function queryText(name: string, maxLength: number) {
  return z
    .string({ error: `${name} must be given once` })
    .max(maxLength, `${name} must be ${maxLength} characters or less`);
}

/** The last `seq` that a reader has seen, in a query string. */
export function queryCursor(name: string) {
  const error = `${name} must be a whole number`;
  return z
    .string({ error })
    .regex(/^\d{1,15}$/, error)
    .meta({ type: 'integer', minimum: 0, description: 'The last `seq` seen.' });
}

/** A whole number in a query string. */
export function queryInteger(name: string, min: number, max: number, preset: number) {
  const error = `${name} must be a whole number from ${min} to ${max}`;
  return z
    .string({ error })
    .regex(/^\d{1,15}$/, error)
    .transform(Number)
    .pipe(z.int({ error }).min(min, error).max(max, error))
    .default(preset)
    .meta({ type: 'integer', minimum: min, maximum: max, default: preset });
}

/** A free JSON object of at most `maxBytes` when written as JSON. */
export function fieldObject(name: string, maxBytes: number) {
  return z
    .record(z.string(), z.unknown(), { error: `${name} must be an object` })
    .refine(
      (value) => new TextEncoder().encode(JSON.stringify(value)).byteLength <= maxBytes,
      `${name} must be ${maxBytes} bytes or less`,
    );
}
