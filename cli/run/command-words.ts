// A configured command becomes an argument list by the quoting rules of a shell (POSIX, Shell Command
// Language §2.2), and by nothing else of it: no variable, no pattern, no substitution.

const TOKEN =
  /'(?<single>[^']*)'|"(?<double>(?:[^"\\]|\\.)*)"|\\(?<escaped>.)|(?<space>\s+)|(?<operator>[|&;<>])|(?<plain>[^\s'"\\|&;<>]+)|(?<open>.)/gs;

/** The words of a command, or why it has none. */
export const commandWords = (command: string): readonly string[] | string => {
  const words: string[] = [];
  let word: string | undefined;
  for (const { groups = {} } of command.matchAll(TOKEN)) {
    const { single, double, escaped, space, operator, plain, open } = groups;
    if (open !== undefined) return `it ends within ${open}`;
    // Handed over as an argument, `&&` could make a test runner pick no test, and pass.
    if (operator !== undefined) return `no shell reads it: ${operator} must be quoted`;
    if (space === undefined) {
      // Within double quotes a backslash stays before any other character.
      const quoted = double?.replace(/\\([$`"\\])/g, '$1');
      word = (word ?? '') + (single ?? quoted ?? escaped ?? plain ?? '');
      continue;
    }
    if (word !== undefined) words.push(word);
    word = undefined;
  }
  if (word !== undefined) words.push(word);
  return words.length === 0 ? 'it is empty' : words;
};
