// Which format the agent writes, and how it is asked to go on with a session: both by its command.
import path from 'node:path';
import { ClaudeAdapter } from './claude.ts';
import { CodexAdapter } from './codex.ts';
import type { Fields } from './fields.ts';
import type { Adapter } from './told.ts';

export const ADAPTERS = ['plain', 'claude', 'codex'] as const;
export type AdapterName = (typeof ADAPTERS)[number];

const programOf = (command: readonly string[]): string =>
  path.basename(command[0] ?? '').replace(/\.(?:cmd|exe)$/, '');

const hasOption = (command: readonly string[], name: string, value?: string): boolean =>
  command.some((word, index) =>
    value === undefined
      ? word === name
      : word === `${name}=${value}` || (word === name && command[index + 1] === value),
  );

const optionOf = (command: readonly string[], names: readonly string[]): string | undefined => {
  const index = command.findIndex((word) => names.includes(word.split('=')[0] ?? ''));
  const word = command[index];
  return word?.includes('=') === true ? word.slice(word.indexOf('=') + 1) : command[index + 1];
};

/** The format that this command writes, and what a person should know of the choice. */
export const chooseAdapter = (
  command: readonly string[],
): { readonly name: AdapterName; readonly hint?: string } => {
  const program = programOf(command);
  if (program === 'claude') {
    if (hasOption(command, '--output-format', 'stream-json')) return { name: 'claude' };
    const hint = 'add -p --verbose --output-format stream-json for its messages, usage and cost';
    return { name: 'plain', hint };
  }
  if (program !== 'codex') return { name: 'plain' };
  const isExec = command.includes('exec') || command.includes('e');
  const isJson = hasOption(command, '--json') || hasOption(command, '--experimental-json');
  if (isExec && isJson) return { name: 'codex' };
  return { name: 'plain', hint: 'use codex exec --json for its messages and usage' };
};

/** The reader of one run; undefined where each line is just a line. */
export const makeAdapter = (
  name: AdapterName,
  command: readonly string[],
  memory: Fields,
): Adapter | undefined => {
  switch (name) {
    case 'plain':
      return undefined;
    case 'claude':
      return new ClaudeAdapter(memory);
    case 'codex':
      return new CodexAdapter(memory, optionOf(command, ['-m', '--model']));
    default:
      return name satisfies never;
  }
};

const CLAUDE_SESSION =
  /^(?:-r|--resume|-c|--continue|--session-id|--fork-session|--no-session-persistence)(?:=|$)/;
/** Options of `codex exec` that take the next word for their value. */
const CODEX_VALUES =
  /^(?:-m|--model|-s|--sandbox|-C|--cd|-c|--config|-p|--profile|-i|--image|-o|--output-last-message|--output-schema|--color|--add-dir|--enable|--disable|--local-provider|--thread-source)$/;

/** The command that goes on with a session; undefined where this command has no place to say so. */
export const resumeCommand = (
  name: AdapterName,
  command: readonly string[],
  sessionId: string,
): readonly string[] | undefined => {
  // A name that looks like an option must not become one.
  if (!/^\w[\w.:-]*$/.test(sessionId) || name !== programOf(command)) return undefined;
  const [program = '', ...words] = command;
  if (name === 'claude') {
    if (words.some((word) => CLAUDE_SESSION.test(word))) return undefined;
    return [program, '--resume', sessionId, ...words];
  }
  const at = words.findIndex((word) => word === 'exec' || word === 'e');
  const options = words.slice(at + 1);
  if (at < 0 || options.includes('--ephemeral')) return undefined;
  const stdin = options.at(-1) === '-' ? ['-'] : [];
  const flags = stdin.length === 0 ? options : options.slice(0, -1);
  const isPlain = flags.every(
    (word, index) => word.startsWith('-') || CODEX_VALUES.test(flags[index - 1] ?? ''),
  );
  if (!isPlain) return undefined;
  return [program, ...words.slice(0, at + 1), ...flags, 'resume', sessionId, ...stdin];
};
