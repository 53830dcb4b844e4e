import process from 'node:process';
import { type Command, InvalidArgumentError } from 'commander';
import { CommandError, EXIT } from '../exit-code.ts';
import { readActionFile } from '../gate/action-file.ts';
import { requestGate } from '../gate/request.ts';
import { Api } from '../run/api.ts';
import { printableText } from '../terminal.ts';

interface RequestFlags {
  readonly action: string;
  readonly name?: string;
  readonly summary?: string;
  readonly wait: boolean;
  readonly timeout?: number;
}

const HELP = `
For the agent command of sluice run, whose environment says where to ask and for which task.

With --wait it ends once people have decided: exit code 0 means approved, and the action on stdout is
what may be done now, once (an approver may have changed it); 5 means refused; 6 means that nobody has
answered in time. Without --wait it only asks, and the task goes on meanwhile.

Example:
  sluice gate request --action @push.json --name push --wait && git push origin HEAD

with push.json
  {"type":"git.push","target":{"remote":"origin","branch":"main"},"params":{"head":"9f2c…"}}`;

/** `sluice gate`: what an agent asks people. It never decides. */
export const addGateCommand = (program: Command): void => {
  program
    .command('gate')
    .summary('ask people before something is done')
    .description('The gates of the task that this command runs in.')
    .command('request')
    .summary('ask for an approval')
    .description('Asks people to approve one action.')
    .requiredOption('--action <@file>', 'the action as JSON: @FILE, @- for stdin, or the text')
    .option('--name <name>', 'of the gate (default: the type of the action)')
    .option('--summary <text>', 'what explains it to people; no part of what is approved')
    .option('--wait', 'wait for the answer, and use the approval', false)
    .option('--timeout <seconds>', 'wait so long at most', seconds)
    .addHelpText('after', HELP)
    .action(async (flags: RequestFlags) => {
      process.exitCode = await request(flags);
    });
};

const request = async (flags: RequestFlags): Promise<number> => {
  const action = await readActionFile(flags.action);
  const { SLUICE_URL: url, SLUICE_TOKEN: token, SLUICE_TASK_ID: taskId } = process.env;
  if (!url || !taskId) {
    throw new CommandError('It asks from inside of a task: see sluice run --help.', EXIT.usage);
  }
  const { timeout } = flags;
  const signal =
    timeout === undefined ? new AbortController().signal : AbortSignal.timeout(timeout * 1_000);
  const asked = await requestGate({
    api: new Api(url, (sentence) => console.error(printableText(sentence))),
    token,
    taskId,
    name: flags.name ?? String(action['type'] ?? 'custom'),
    action,
    summary: flags.summary,
    isWaiting: flags.wait,
    signal,
  });
  console.error(printableText(asked.sentence));
  if (asked.shown !== undefined) process.stdout.write(`${JSON.stringify(asked.shown)}\n`);
  return asked.exitCode;
};

const seconds = (text: string): number => {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 2_592_000) return value;
  throw new InvalidArgumentError('It must be a whole number from 1 to 2592000.');
};
