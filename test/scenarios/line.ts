// One line of a story: a verb and its `key=value` words; a value with spaces stands in double quotes.

export interface Line {
  readonly verb: string;
  readonly words: Readonly<Record<string, string>>;
}

const WORD = /([A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/y;

export function readLine(text: string): Line {
  const [verb = ''] = text.split(' ');
  const words: Record<string, string> = {};
  let at = verb.length;
  while (at < text.length) {
    if (text[at] === ' ') {
      at += 1;
      continue;
    }
    WORD.lastIndex = at;
    const found = WORD.exec(text);
    if (found === null) throw new Error(`This is no key=value: ${text.slice(at)}`);
    const [whole, key = '', quoted, plain = ''] = found;
    words[key] = quoted === undefined ? plain : (JSON.parse(`"${quoted}"`) as string);
    at += whole.length;
  }
  return { verb, words };
}

/** A value as a line holds it. */
export const writeValue = (value: string): string =>
  /^[^\s"]+$/.test(value) ? value : JSON.stringify(value);
