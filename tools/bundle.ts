// `npm run bundle`: the Worker as it is deployed, and whether it is still small.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { buildWorker } from './edge/build.ts';
import { endOnSignal } from './interruption.ts';

/** A larger one starts later. Raising this takes a decision record. */
export const BUNDLE_GZIP_BYTES_MAX = 540_000;

export const run = async (args: readonly string[]): Promise<number> => {
  if (args.length > 0) {
    console.error('`npm run bundle` takes no arguments.');
    return 1;
  }
  endOnSignal();
  const script = readFileSync(await buildWorker());
  const { byteLength } = gzipSync(script);
  console.log(
    `The Worker has ${script.byteLength} bytes, ${byteLength} in gzip; at most ${BUNDLE_GZIP_BYTES_MAX} are allowed.`,
  );
  return byteLength <= BUNDLE_GZIP_BYTES_MAX ? 0 : 1;
};
