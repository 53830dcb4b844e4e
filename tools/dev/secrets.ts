import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const KEY_BYTES = 32;

/** Makes the local secrets once; a file that exists is kept as it is. */
export const ensureSecrets = (root: string): void => {
  const content = `ROOT_KEY=${randomBytes(KEY_BYTES).toString('base64')}\n`;
  try {
    writeFileSync(join(root, '.dev.vars'), content, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
  }
};
