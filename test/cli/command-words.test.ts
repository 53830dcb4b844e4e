import { describe, expect, it } from 'vitest';
import { commandWords } from '../../cli/run/command-words.ts';

describe('the words of a command', () => {
  it.each([
    ['npm test', ['npm', 'test']],
    ['  npm\trun \n lint ', ['npm', 'run', 'lint']],
    [`sh -c 'exit 3'`, ['sh', '-c', 'exit 3']],
    [`a 'b "c" \\d' "e 'f'"`, ['a', 'b "c" \\d', "e 'f'"]],
    [`"a \\" \\\\ \\$ \\n"`, ['a " \\ $ \\n']],
    [`a\\ b\\'c \\\\`, ["a b'c", '\\']],
    [`--name='a b'"c"d`, ['--name=a bcd']],
    [`a '' ""`, ['a', '', '']],
    ['echo $(touch F) `touch F` $HOME *.ts ~', 'echo $(touch F) `touch F` $HOME *.ts ~'.split(' ')],
    [`echo '&&' "|" \\;`, ['echo', '&&', '|', ';']],
  ])('%j', (command, words) => {
    expect(commandWords(command)).toEqual(words);
  });

  it.each([
    ["sh -c 'exit", "it ends within '"],
    ['echo "a', 'it ends within "'],
    ['echo \\', 'it ends within \\'],
    ['true && npm test', 'no shell reads it: & must be quoted'],
    ['npm test;', 'no shell reads it: ; must be quoted'],
    ['npm test > log', 'no shell reads it: > must be quoted'],
    ['  ', 'it is empty'],
  ])('%j has none', (command, why) => {
    expect(commandWords(command)).toBe(why);
  });
});
