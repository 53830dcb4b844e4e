import { plain } from './plain.ts';

const LENGTH_MAX = 120;

/** What a task is called: the first line of its description. */
export function titleOf({ description }: { readonly description: string }): string {
  const [line = ''] = plain(description).trimStart().split('\n', 1);
  return line.length > LENGTH_MAX ? `${line.slice(0, LENGTH_MAX - 1)}…` : line || 'Without a title';
}
