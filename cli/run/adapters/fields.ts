// Reads members of foreign JSON, whose types nobody has checked.

export type Fields = Readonly<Record<string, unknown>>;

/** The value as an object; an empty one where it is none. */
export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? // An object that is no list has members by name, whatever they are.
      (value as Fields)
    : {};

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A count that may be reported; anything else is nothing. */
export const countOf = (value: unknown): number =>
  Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : 0;

/** The object that a line holds, or undefined. */
export const parseLine = (line: string): Fields | undefined => {
  if (!line.trimStart().startsWith('{')) return undefined;
  try {
    const fields = fieldsOf(JSON.parse(line));
    return typeof fields['type'] === 'string' ? fields : undefined;
  } catch {
    return undefined;
  }
};
