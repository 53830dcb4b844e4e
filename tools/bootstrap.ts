// `npm run bootstrap`: makes the secret for the first owner of a deployment, or lets one person in again.
import { parseArgs } from 'node:util';
import { newBootstrap } from './dev/bootstrap-secret.ts';

const USAGE = 'Usage: npm run bootstrap [-- [--origin URL] [--recover usr_…]]';

interface Options {
  readonly origin: string;
  readonly userId: string | undefined;
}

/** Throws one sentence when the command line is wrong. */
export const readBootstrapOptions = (args: readonly string[], env: NodeJS.ProcessEnv): Options => {
  const { values } = parseArgs({
    args: [...args],
    options: { origin: { type: 'string' }, recover: { type: 'string' } },
  });
  const origin = values.origin ?? env['PUBLIC_ORIGIN'] ?? 'http://localhost:3000';
  if (!/^https?:\/\/[^/?#@\s]+$/.test(origin)) {
    throw new Error(`--origin must be an origin such as https://sluice.example, not "${origin}".`);
  }
  const { recover: userId } = values;
  if (userId !== undefined && !/^usr_[0-9a-hjkmnp-tv-z]{26}$/.test(userId)) {
    throw new Error(`--recover must be the id of a person, not "${userId}".`);
  }
  return { origin, userId };
};

export const run = (args: readonly string[]): number => {
  try {
    const { origin, userId } = readBootstrapOptions(args, process.env);
    const { link, setting } = newBootstrap(origin, { now: Date.now(), userId });
    console.log(`Within 15 minutes, give the server this setting:

  BOOTSTRAP=${setting}

for instance by \`npx wrangler secret put BOOTSTRAP\`, and open:

  ${link}
`);
    return 0;
  } catch (error) {
    const sentence = error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error);
    console.error(`${sentence.replace(/\.?$/, '.')} ${USAGE}`);
    return 1;
  }
};
