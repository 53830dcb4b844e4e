import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { CommandError, EXIT } from '../exit-code.ts';

/** The action that `@FILE`, `@-` or the text itself holds. */
export const readActionFile = async (text: string): Promise<Record<string, unknown>> => {
  const json = text.startsWith('@') ? await readSource(text.slice(1)) : text;
  const value = parse(json);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CommandError('The action is not a JSON object.', EXIT.usage);
  }
  return { ...value };
};

const readSource = async (file: string): Promise<string> => {
  try {
    if (file !== '-') return await readFile(file, 'utf8');
    let text = '';
    for await (const chunk of process.stdin.setEncoding('utf8')) text += String(chunk);
    return text;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(`The action cannot be read: ${why}`, EXIT.usage);
  }
};

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};
