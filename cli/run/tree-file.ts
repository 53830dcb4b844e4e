import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import path from 'node:path';

/** A pipe must not be waited for, and a link is none of the tree's own files. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * The bytes of a file inside a work tree, or why they are not read: a path that leaves the tree, by dots or by a link, names
 * nothing that an agent may give away.
 */
export const readTreeFile = async (
  tree: string,
  wanted: string,
  bytesMax: number,
): Promise<Uint8Array | string> => {
  const relative = path.normalize(wanted);
  const [first] = relative.split(path.sep);
  const isInside = !path.isAbsolute(relative) && first !== '..' && first !== '.git';
  if (!isInside || wanted.includes('\0')) return 'is not inside the work tree';
  try {
    const full = path.join(await realpath(tree), relative);
    // A link anywhere on the way leads to another path than the one that was named.
    if ((await realpath(full)) !== full) return 'is reached by a symbolic link';
    return await readWhole(await open(full, FLAGS), bytesMax);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return code === 'ELOOP' ? 'is reached by a symbolic link' : `cannot be read (${code})`;
  }
};

const readWhole = async (file: FileHandle, bytesMax: number): Promise<Uint8Array | string> => {
  try {
    const stats = await file.stat();
    if (!stats.isFile()) return 'is no file';
    if (stats.size > bytesMax) return `is larger than ${bytesMax} bytes`;
    const bytes = await file.readFile();
    // It may have grown meanwhile.
    return bytes.length > bytesMax ? `is larger than ${bytesMax} bytes` : bytes;
  } finally {
    await file.close();
  }
};
