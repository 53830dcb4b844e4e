import process from 'node:process';
import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { addGateCommand } from './commands/gate.ts';
import { addListenCommand } from './commands/listen.ts';
import { addRunCommand } from './commands/run.ts';
import { addVerifyCommand } from './commands/verify.ts';
import { CommandError, EXIT } from './exit-code.ts';
import { printableText } from './terminal.ts';

const program = new Command('sluice')
  .description('The control plane for coding-agent work.')
  .version(manifest.version)
  .exitOverride()
  .enablePositionalOptions()
  .showSuggestionAfterError()
  .showHelpAfterError('(sluice --help says more)')
  .addHelpText(
    'after',
    `
Exit codes:
  0 ok   1 error   3 task failed or cancelled   4 sign-in needed   5 gate refused   6 gate timed out
  64 wrong usage   130 interrupted`,
  );

// A reader that has read enough, as in `sluice --help | head -3`, is no error, and a terminal that
// was closed must not take running agents with it.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
process.stderr.on('error', () => undefined);

addRunCommand(program, manifest.version);
addListenCommand(program);
addVerifyCommand(program);
addGateCommand(program);

const exitCodeOf = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof CommandError) {
    console.error(printableText(error.message));
    return error.exitCode;
  }
  console.error(error);
  return EXIT.error;
};

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
