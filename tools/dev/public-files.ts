// Fills public/, which wrangler serves: the console and the reference of the API, under the strictest policy.
import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildSite, SITES } from './site.ts';

/** A file that has not changed is left alone, or a running `wrangler dev` would reload. */
const copyIfChanged = (source: string, target: string): void => {
  const from = statSync(source);
  if (existsSync(target)) {
    const to = statSync(target);
    if (to.size === from.size && to.mtimeMs >= from.mtimeMs) return;
  }
  copyFileSync(source, target);
};

/** Writes `public/docs/`, `public/console/` and `public/_headers`. */
export const writePublicFiles = async (root: string): Promise<void> => {
  const publicDir = join(root, 'public');
  mkdirSync(publicDir, { recursive: true });
  copyIfChanged(join(root, 'console', '_headers'), join(publicDir, '_headers'));
  for (const site of SITES) await buildSite(root, site);
};
