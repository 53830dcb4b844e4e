import { createReadStream } from 'node:fs';
import process from 'node:process';
import type { Command } from 'commander';
import { BadEntry } from '../../verify/bad-entry.ts';
import { reportLines, warningsOf } from '../../verify/report.ts';
import { type Verified, verifyBundle } from '../../verify/verify-bundle.ts';
import { CommandError, EXIT } from '../exit-code.ts';
import { printableText } from '../terminal.ts';
import { runningDigest } from '../verify/running-digest.ts';
import { readTrustedKeys } from '../verify/trusted-keys.ts';

const HELP = `
A bundle is what GET /tasks/:id/export answers. Nothing is asked of a server unless --keys is a URL: fetch
the keys once, keep the file, and every bundle is checked with it, those of retired keys too.

The keys in a bundle are not trusted: whoever forges a bundle signs it with keys of their own. So without
--keys the answer is 1, even where everything in the bundle agrees.

Example:
  curl -sO https://sluice.example.com/.well-known/receipt-keys.json
  sluice verify task.ndjson --keys receipt-keys.json`;

/** `sluice verify`: whether an export is what the server signed, and if not, which entry is wrong. */
export const addVerifyCommand = (program: Command): void => {
  program
    .command('verify')
    .summary('check an exported task without a server')
    .description('Checks the log, the receipts and the checkpoints of an exported task.')
    .argument('<file>', 'the bundle')
    .option('--keys <url|file>', 'the public keys that you trust')
    .addHelpText('after', HELP)
    .action(async (file: string, { keys }: { readonly keys?: string }) => {
      process.exitCode = await verify(file, keys);
    });
};

const verify = async (file: string, keysFrom: string | undefined): Promise<number> => {
  const trusted = keysFrom === undefined ? null : await readTrustedKeys(keysFrom);
  const verified = await checked(file, trusted);
  if (verified instanceof BadEntry) {
    say(`✗ line ${verified.line}: ${verified.message}`);
    say('The bundle is not what was signed.');
    return EXIT.error;
  }
  for (const line of reportLines(verified)) say(line);
  for (const warning of warningsOf(verified)) say(`! ${warning}`);
  if (trusted === null) {
    say(
      '✗ The bundle agrees with itself, but nobody says whose it is: its own keys are not trusted.',
    );
    say('  Name keys that you trust: --keys URL or --keys FILE');
    return EXIT.error;
  }
  say('✓ Signed by the keys that you trust.');
  return EXIT.ok;
};

const checked = async (
  file: string,
  trusted: Awaited<ReturnType<typeof readTrustedKeys>> | null,
): Promise<Verified | BadEntry> => {
  try {
    return await verifyBundle(createReadStream(file), trusted, runningDigest());
  } catch (error) {
    if (error instanceof BadEntry) return error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (code === undefined) throw error;
    throw new CommandError(`The file ${file} cannot be read (${code}).`, EXIT.usage);
  }
};

/** A bundle is foreign: nothing of it steers the terminal. */
const say = (line: string): void => {
  process.stdout.write(`${printableText(line)}\n`);
};
