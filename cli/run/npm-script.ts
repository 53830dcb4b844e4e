// The commands that a project has by default name scripts that it may not have.
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** Options without a value; behind any other one the script may be another package's. */
const PLAIN_OPTION = /^(?:-s|-q|--silent|--quiet|--verbose|--if-present|--no-[a-z-]+)$/;
/** What `npm init` writes for `test`. */
const PLACEHOLDER = 'echo "Error: no test specified" && exit 1';

/** Why there is no such script in this directory; undefined where there is one, or npm shall judge. */
export const missingScript = async (
  words: readonly string[],
  dir: string,
): Promise<string | undefined> => {
  const script = scriptOf(words);
  if (script === undefined) return undefined;
  const text = await readFile(path.join(dir, 'package.json'), 'utf8').catch((error: unknown) =>
    isNotThere(error) ? undefined : '',
  );
  if (text === undefined) return 'there is no package.json';
  const scripts = scriptsOf(text);
  if (scripts === undefined) return undefined;
  const body = Object.hasOwn(scripts, script) ? scripts[script] : undefined;
  const isThere = body !== undefined && body !== PLACEHOLDER;
  return isThere ? undefined : `package.json has no script ${script}`;
};

/** The script that `npm test`, `npm run X` or `npm run-script X` names. */
const scriptOf = ([program, ...args]: readonly string[]): string | undefined => {
  if (program !== 'npm') return undefined;
  const [verb, script] = args.filter((arg) => !PLAIN_OPTION.test(arg));
  if (verb === 'test') return 'test';
  const isName = script !== undefined && !script.startsWith('-');
  return (verb === 'run' || verb === 'run-script') && isName ? script : undefined;
};

/** Undefined where the file is so wrong that npm itself will complain. */
const scriptsOf = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const { scripts = {} } = JSON.parse(text) as { scripts?: unknown };
    return typeof scripts === 'object' && scripts !== null ? { ...scripts } : undefined;
  } catch {
    return undefined;
  }
};

const isNotThere = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';
