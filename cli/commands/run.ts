import { randomUUID } from 'node:crypto';
import { access, constants, realpath } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CommandError, EXIT } from '../exit-code.ts';
import { onInterrupt } from '../interrupt.ts';
import { ADAPTERS, type AdapterName, chooseAdapter } from '../run/adapters/choose.ts';
import { machineName } from '../run/adapters/session-memory.ts';
import { Api } from '../run/api.ts';
import { openRepository } from '../run/repository.ts';
import { Runner } from '../run/runner.ts';
import { RunnerLink } from '../run/runner-link.ts';
import { dropDeadSpools } from '../run/spool-dir.ts';
import { openStateDir } from '../run/state-dir.ts';
import { Worktrees } from '../run/worktree.ts';
import { Terminal } from '../terminal.ts';

interface RunFlags {
  readonly repo: string;
  readonly project?: string;
  readonly url: string;
  readonly name: string;
  readonly labels: readonly string[];
  readonly adapter?: AdapterName;
  readonly once: boolean;
  readonly concurrency: number;
  readonly grace?: number;
  readonly verbose: boolean;
  readonly keepWorktrees: boolean;
  readonly strictLines: boolean;
}

const HELP = `
The command gets the prompt of a stage on stdin and works in a git work tree of the task; your own
checkout is never touched, but that a merge fast-forwards it where it is clean. Exit code 0 completes
the stage. Every line it prints is logged; a line like

  ::sluice {"type":"progress","percent":40,"message":"running tests"}

says more: log, message, thinking, tool-use, tool-result, progress, usage, changes, output,
checkpoint, fail. Subtasks are asked for by the last block between a line \`\`\`decompose and a line
\`\`\` (not with --strict-lines), or by one line:

  ::sluice decompose {"subtasks":[{"description":"the API"},{"description":"the form"}]}

The environment holds APEX_API, APEX_TASK_ID, SLUICE_STAGE, SLUICE_TASK_JSON and more.

The formats of claude (stream-json) and codex (exec --json) are read by adapters of that name: calls,
usage, cost, limits, and the session, which goes on where the stage runs again on this machine.

Secrets are hidden before anything is sent: by their form, and the values of variables that are named
like one. While the server is away, output waits on disk (at most 64 MiB).

Before a merge the lint, build and test commands of the project's configuration run in the work tree,
without a shell; an npm script that package.json lacks is skipped.

Ctrl-C lets running tasks finish; a second Ctrl-C ends the agents and gives the tasks back.
Exit codes: 0 drained, or with --once completed; 3 with --once failed or cancelled; 130 second Ctrl-C.
SLUICE_TOKEN is the credential where the server wants one.

Examples:
  sluice run --repo ~/code/shop -- claude -p --verbose --output-format stream-json --permission-mode acceptEdits
  sluice run --concurrency 2 -- codex exec --json --sandbox workspace-write -
  sluice run --once -- sh -c 'cat > PROMPT.md'`;

/** `sluice run`: makes this machine a runner. */
export const addRunCommand = (program: Command, version: string): void => {
  program
    .command('run')
    .summary('work on tasks here with your agent command')
    .description('Claims tasks and runs COMMAND for each of their stages.')
    .passThroughOptions()
    .argument('<command...>', 'the agent command, after --')
    .option('--repo <dir>', 'a directory of the git repository to work in', '.')
    .option('--project <id>', 'the project whose tasks to claim (default: your default project)')
    .option('--url <url>', 'the server (env SLUICE_URL)', defaultUrl())
    .option('--name <name>', 'how this runner is called', hostname().slice(0, 100) || 'runner')
    .option('--labels <a,b>', 'what this machine offers', listOf, [])
    .addOption(
      new Option('--adapter <name>', 'how to read what the command prints').choices(ADAPTERS),
    )
    .option('--once', 'work on one task to its end; exit 0 when it completed, 3 when not', false)
    .option('--concurrency <n>', 'how many tasks at a time', wholeNumber(1, 64), 1)
    .option(
      '--grace <seconds>',
      'from SIGTERM to SIGKILL (default: what the stage says)',
      wholeNumber(0, 3_600),
    )
    .option('--verbose', 'show what the agents print', false)
    .option('--keep-worktrees', 'keep the work trees of completed tasks', false)
    .option('--strict-lines', 'take only ::sluice lines that carry SLUICE_LINE_KEY', false)
    .addHelpText('after', HELP)
    .action(async (command: string[], flags: RunFlags) => {
      process.exitCode = await run(command, flags, version);
    });
};

const run = async (
  command: readonly string[],
  flags: RunFlags,
  version: string,
): Promise<number> => {
  const terminal = new Terminal(flags.verbose);
  await requireProgram(command[0] ?? '');
  const stateDir = await realpath(await openStateDir());
  const repository = await openRepository(flags.repo, stateDir);
  if (typeof repository === 'string') throw new CommandError(repository);
  const worktrees = new Worktrees(repository, stateDir);
  await worktrees.prune();
  await dropDeadSpools(stateDir);
  const adapter = adapterOf(command, flags.adapter, terminal);

  const api = new Api(flags.url, (sentence) => terminal.warn(sentence));
  const link = new RunnerLink({
    api,
    ownerToken: process.env['SLUICE_TOKEN'] || undefined,
    registration: {
      name: flags.name,
      instanceId: `i_${randomUUID()}`,
      ...(flags.project === undefined ? {} : { projectId: flags.project }),
      labels: [...flags.labels],
      environments: [],
      adapters: [adapter],
      capacity: flags.once ? 1 : flags.concurrency,
      version: `sluice/${version}`,
      protocols: ['sluice.runner.v1'],
    },
  });
  const runner = new Runner({
    api,
    link,
    terminal,
    stateDir,
    bench: {
      command,
      adapter,
      machine: await machineName(stateDir),
      strictLines: flags.strictLines,
      repository,
      worktrees,
      terminal,
    },
    concurrency: flags.concurrency,
    once: flags.once,
    graceSeconds: flags.grace,
    keepWorktrees: flags.keepWorktrees,
  });
  const stopListening = onInterrupt(() => runner.interrupt());
  try {
    return await runner.run();
  } finally {
    terminal.end();
    stopListening();
    await link.leave();
    await repository.close();
  }
};

/** What the command seems to write, unless a person says it; said, since much hangs on it. */
const adapterOf = (
  command: readonly string[],
  wanted: AdapterName | undefined,
  terminal: Terminal,
): AdapterName => {
  const { name, hint } = wanted === undefined ? chooseAdapter(command) : { name: wanted };
  terminal.say(`The output is read as ${name}${hint === undefined ? '' : `; ${hint}`}.`);
  return name;
};

/** Better said now than by every stage of every task. */
const requireProgram = async (program: string): Promise<void> => {
  // A path is looked up in the work tree, which does not exist yet.
  if (program.includes('/')) return;
  for (const dir of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const isThere = await access(path.join(dir, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return;
  }
  throw new CommandError(`${program} is not a program on your PATH.`, EXIT.usage);
};

const defaultUrl = (): string => process.env['SLUICE_URL'] || 'http://localhost:3000';

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
