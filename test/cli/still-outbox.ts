import path from 'node:path';
import { Secrets } from '../../cli/run/secrets.ts';
import { Spool } from '../../cli/run/spool.ts';
import { temporaryDir } from './temp-repo.ts';

/** The parts of an outbox that reach beyond it: a disk of its own, and no secrets to hide. */
export const still = (spoolBytes?: number) => {
  const file = path.join(temporaryDir(), 'spool', '1-lse_1.jsonl');
  return { file, spool: new Spool(file, spoolBytes), secrets: new Secrets({}) };
};
