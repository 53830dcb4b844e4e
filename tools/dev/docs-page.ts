// Fills public/, which wrangler serves: the console, and Swagger UI with a page of our own under the strictest policy.
import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { buildConsole } from './console.ts';

const SWAGGER_FILES = ['swagger-ui-bundle.js', 'swagger-ui.css', 'favicon-32x32.png'];
const PAGE_FILES = ['index.html', 'init.js'];

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
  const pageDir = join(root, 'tools', 'docs-page');
  const swaggerDir = dirname(
    createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'),
  );
  mkdirSync(join(publicDir, 'docs'), { recursive: true });
  for (const name of SWAGGER_FILES) {
    copyIfChanged(join(swaggerDir, name), join(publicDir, 'docs', name));
  }
  for (const name of PAGE_FILES) copyIfChanged(join(pageDir, name), join(publicDir, 'docs', name));
  copyIfChanged(join(pageDir, '_headers'), join(publicDir, '_headers'));
  await buildConsole(root);
};
