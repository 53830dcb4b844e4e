import process from 'node:process';
import { type Command, InvalidArgumentError } from 'commander';
import { CommandError, EXIT } from '../exit-code.ts';
import { onInterrupt } from '../interrupt.ts';
import { Listener } from '../listen/listener.ts';
import { Terminal } from '../terminal.ts';

interface ListenFlags {
  readonly forwardTo?: URL;
  readonly types?: string;
  readonly project?: string;
  readonly url: string;
  readonly printSecret: boolean;
}

const HELP = `
The server keeps an endpoint for you and the project, with a secret that stays the same for as long as
you come back within seven days. Nothing waits while nobody listens. Headers and body arrive at your
receiver as they were signed; what it answers is what the server takes for the result.

SLUICE_TOKEN is the credential where the server wants one; it needs the scope webhooks:write.

Example:
  sluice listen --forward-to http://localhost:4000/hooks --types 'deployment.*,gate.required'
  export WEBHOOK_SECRET=$(sluice listen --print-secret)`;

const NO_RECEIVER = 'Name your receiver: sluice listen --forward-to http://localhost:4000/hooks';

/** `sluice listen`: webhooks for a machine without a public address. */
export const addListenCommand = (program: Command): void => {
  program
    .command('listen')
    .summary('receive webhooks here, without a public address')
    .description('Receives the webhooks of a project and forwards them to a server of yours.')
    .option('--forward-to <url>', 'the receiver', receiverUrl)
    .option('--types <a,b>', 'which events, also group.* and * (default: as last time, or all)')
    .option('--project <id>', 'the project (default: your default project)')
    .option('--url <url>', 'the server (env SLUICE_URL)', defaultUrl())
    .option('--print-secret', 'print the signing secret, and nothing else', false)
    .addHelpText('after', HELP)
    .action(async (flags: ListenFlags) => {
      process.exitCode = await listen(flags);
    });
};

const listen = async (flags: ListenFlags): Promise<number> => {
  if (flags.forwardTo === undefined && !flags.printSecret) {
    throw new CommandError(NO_RECEIVER, EXIT.usage);
  }
  const interrupted = new AbortController();
  const stopListening = onInterrupt(() => interrupted.abort());
  const listener = new Listener({
    url: listenUrl(flags),
    token: process.env['SLUICE_TOKEN'] || undefined,
    target: flags.printSecret ? null : (flags.forwardTo ?? null),
    terminal: new Terminal(false),
    signal: interrupted.signal,
  });
  try {
    await listener.run();
    // Ctrl-C is how it ends.
    return EXIT.ok;
  } finally {
    stopListening();
  }
};

const listenUrl = ({ url, project, types, printSecret }: ListenFlags): string => {
  const base = urlOf(url);
  if (base === undefined) {
    throw new CommandError(`--url must be a URL, not ${url}.`, EXIT.usage);
  }
  const asked = new URL('v1/webhooks/listen', base.href.endsWith('/') ? base : `${base.href}/`);
  if (project !== undefined) asked.searchParams.set('projectId', project);
  if (types !== undefined) asked.searchParams.set('types', types);
  // Whoever listens in another terminal goes on.
  if (printSecret) asked.searchParams.set('readyOnly', 'true');
  return asked.href;
};

const urlOf = (text: string): URL | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url : undefined;
};

const receiverUrl = (text: string): URL => {
  const url = urlOf(text);
  if (url !== undefined) return url;
  throw new InvalidArgumentError('It must be the URL of your receiver, with http:// or https://.');
};

const defaultUrl = (): string => process.env['SLUICE_URL'] || 'http://localhost:3000';
