// Step 9: the log was signed wherever it had to be, and ends where it was signed last.

import type { BundleManifest } from '../src/contract/bundle.ts';
import type { Checkpoint } from '../src/contract/receipt.ts';
import { BadEntry } from './bad-entry.ts';
import type { LogFacts, Signable } from './log-facts.ts';

export interface SaidCheckpoint {
  readonly line: number;
  readonly said: Checkpoint;
}

/** What the manifest says is what was signed with the export. */
export const checkManifest = (manifest: BundleManifest, last: SaidCheckpoint | undefined): void => {
  if (last === undefined) return;
  const { said } = last;
  const { iss, project, task, lastSeq, exportedAt } = manifest;
  const signed = [said.iss, said.project, said.task, said.seq, said.at];
  const differs = [iss, project, task, lastSeq, exportedAt].some((one, at) => one !== signed[at]);
  if (differs)
    throw new BadEntry(1, `it does not say what the checkpoint in line ${last.line} does`);
};

export const checkCheckpoints = (
  checkpoints: readonly SaidCheckpoint[],
  facts: LogFacts,
  end: number,
): void => {
  const { last } = facts;
  if (last === undefined) throw new BadEntry(end, 'there is no log before it');
  const due: readonly Signable[] = [...facts.signable, last];
  for (const [at, { line, said }] of checkpoints.entries()) {
    const wanted = due[at];
    if (wanted === undefined) throw new BadEntry(line, 'it is one more than there were to be');
    if (said.seq !== wanted.seq) {
      throw new BadEntry(line, `it is of event ${said.seq}, and that of ${wanted.seq} is next`);
    }
    if (said.hash !== wanted.hash || said.blocks !== wanted.blocks) {
      throw new BadEntry(line, `it is of another log than the block in line ${wanted.line}`);
    }
  }
  if (checkpoints.length === due.length) return;
  throw new BadEntry(end, 'a checkpoint is missing before it: the bundle was cut');
};
