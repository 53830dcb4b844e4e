import { printableText } from '../terminal.ts';

/** Longer than of a commit: the branch stands in it, and says the same in short. */
const SUBJECT_MAX = 100;
const BODY_MAX = 1_000;

/** The branch and the first line of the description; one too long for a subject is the body too. */
export const mergeMessage = (branch: string, description: string): string => {
  const lines = description.toWellFormed().split(/\r\n|\r|\n/);
  const said = lines.map((line) => printableText(line).trim()).find((line) => line !== '');
  const whole = said === undefined ? `Merge ${branch}` : `Merge ${branch}: ${said}`;
  const subject = cut(whole, SUBJECT_MAX);
  return subject === whole ? `${whole}\n` : `${subject}\n\n${cut(said ?? branch, BODY_MAX)}\n`;
};

const cut = (line: string, charactersMax: number): string => {
  if (line.length <= charactersMax) return line;
  // The cut may go through a pair of surrogates; half of one is no character.
  const kept = line.slice(0, charactersMax - 1).replace(/[\ud800-\udbff]$/, '');
  return `${kept.trimEnd()}…`;
};
