import { createHash } from 'node:crypto';
import type { RunningDigest } from '../../verify/digest.ts';

/** A bundle may be larger than memory: Node digests it as it comes. */
export const runningDigest = (): RunningDigest => {
  const hash = createHash('sha256');
  return {
    update: (bytes) => void hash.update(bytes),
    hex: async () => hash.copy().digest('hex'),
  };
};
