import type { Receipt } from '../src/contract/receipt.ts';
import type { Verified } from './verify-bundle.ts';

/** What was found, for a person to read. */
export const reportLines = (found: Verified): readonly string[] => {
  const { task, iss, lastSeq, blocks, pruned, receipts, checkpoints, artifacts } = found;
  return [
    `${task} of ${iss}`,
    `✓ log: ${counted(lastSeq, 'event')} in ${counted(blocks, 'block')}, each after the one before it`,
    ...(pruned ? ['  Old log lines are gone; the chain holds without them.'] : []),
    `✓ ${counted(receipts.length, 'receipt')}, ${counted(checkpoints, 'checkpoint')}`,
    ...receipts.map(receiptLine),
    ...(artifacts === 0 ? [] : [`✓ ${counted(artifacts, 'artifact')}`]),
  ];
};

/** What holds, and proves less than one might think. */
export const warningsOf = ({ receipts }: Verified): readonly string[] => {
  const open = receipts.filter(({ assurance }) => assurance === 'open').length;
  if (open === 0) return [];
  return [
    `${counted(open, 'receipt')} of open mode: whoever was at the machine can have decided, under any name.`,
  ];
};

const receiptLine = ({ iat, gate, decision, kind, votes, consumed }: Receipt): string => {
  const at = new Date(iat * 1_000).toISOString();
  const voters = votes.map(({ sub }) => sub).join(', ');
  const by = consumed === null ? voters || 'nobody' : consumed.sub;
  const what = kind === 'gate.consumed' ? 'used' : decision;
  return `  ${at}  ${gate.name}  ${what} by ${by}`;
};

const counted = (count: number, what: string): string =>
  `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
