import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const HEAD =
  '// A copy of src/domain/redact.ts, written by `npm run gen`: what the server would hide, the runner does not even send.\n';

/** The command must run without the server's code, and hide what the server hides: it has a copy of that one file. */
export const redactionOf = (root: string): string =>
  HEAD + readFileSync(join(root, 'src/domain/redact.ts'), 'utf8');

export const writeRedaction = (root: string): void =>
  writeFileSync(join(root, 'cli/run/redact.ts'), redactionOf(root));
