import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export type AuthMode = 'open' | 'required';

export interface DevOptions {
  readonly port: number;
  /** Everything that this server keeps: its state, the demo repository, the runner's files. */
  readonly persistDir: string;
  readonly authMode: AuthMode;
  /** A demo has nobody to act as where a sign-in is required. */
  readonly hasDemo: boolean;
  readonly isVerbose: boolean;
}

const PORT_MAX = 65_535;
const USAGE = 'Usage: npm run dev [-- [--port N] [--persist-to DIR] [--verbose]]';

const readPort = (text: string): number => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= PORT_MAX) return port;
  throw new Error(`--port must be a number from 1 to ${PORT_MAX}, not "${text}". ${USAGE}`);
};

const readAuthMode = (text = 'open'): AuthMode => {
  if (text === 'open' || text === 'required') return text;
  throw new Error(`AUTH_MODE must be "open" or "required", not "${text}".`);
};

/** Reads command line and environment of `npm run dev`; throws one sentence when it is wrong. */
export const readDevOptions = (
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
): DevOptions => {
  const authMode = readAuthMode(env['AUTH_MODE']);
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '3000' },
        'persist-to': { type: 'string', default: '.sluice' },
        verbose: { type: 'boolean', default: false },
      },
    });
    return {
      port: readPort(values.port),
      persistDir: resolve(cwd, values['persist-to']),
      authMode,
      hasDemo: env['SLUICE_DEMO'] !== '0' && authMode === 'open',
      isVerbose: values.verbose,
    };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Node's own message explains at length how to pass a value that begins with a dash.
    const sentence = error.message.split('. ')[0] ?? error.message;
    throw new Error(error.message.includes(USAGE) ? error.message : `${sentence}. ${USAGE}`);
  }
};
