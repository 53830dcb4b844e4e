import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

/** Where this machine keeps what outlives a run: `$XDG_STATE_HOME/sluice`, made private. */
export const openStateDir = async (): Promise<string> => {
  const base = process.env['XDG_STATE_HOME'] ?? '';
  // The XDG rules say that a relative path counts as unset.
  const root = path.isAbsolute(base) ? base : path.join(homedir(), '.local', 'state');
  const dir = path.join(root, 'sluice');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  return dir;
};
