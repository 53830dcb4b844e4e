/**
 * One line of a log. What others wrote stands in it as a value of JSON alone, and no break of a line can stand in it, so
 * that no text can forge another line.
 */
export const logLine = (entry: object): string =>
  JSON.stringify(entry).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
