import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json, wherever the command was called from. */
export const PACKAGE_ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/[/\\]$/, '');

/** An installed tool's script, to be run by the Node that runs this. */
export const toolScript = {
  wrangler: join(PACKAGE_ROOT, 'node_modules/wrangler/bin/wrangler.js'),
  biome: join(PACKAGE_ROOT, 'node_modules/@biomejs/biome/bin/biome'),
  tsc: join(PACKAGE_ROOT, 'node_modules/typescript/bin/tsc'),
  vitest: join(PACKAGE_ROOT, 'node_modules/vitest/vitest.mjs'),
  spectral: join(PACKAGE_ROOT, 'node_modules/@stoplight/spectral-cli/dist/index.js'),
  redocly: join(PACKAGE_ROOT, 'node_modules/@redocly/cli/bin/cli.js'),
} as const;
