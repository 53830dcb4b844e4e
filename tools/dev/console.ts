// Builds the console into public/console/, where wrangler serves it.
import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What the console is made of: its own files, and what it takes from the Worker's. */
const SOURCES = ['console', 'src/contract', 'src/domain', 'package-lock.json'];

/** When the newest of these files was changed, in ms. */
const newestOf = (path: string): number => {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(
    ...readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  );
};

const builtAt = (page: string): number => {
  const stat = statSync(page, { throwIfNoEntry: false });
  return stat === undefined ? 0 : stat.mtimeMs;
};

/** A file that is there already is as it should be: its name is the hash of what it holds. */
const put = (path: string, content: string | Uint8Array): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
};

/**
 * Builds unless what is there is newer than every source. Files have hashed names and the page, which names them, comes
 * last: whoever is being served meanwhile, or builds beside, sees one whole release or the other.
 */
export const buildConsole = async (root: string): Promise<void> => {
  const target = join(root, 'public', 'console');
  const page = join(target, 'index.html');
  const newest = Math.max(...SOURCES.map((source) => newestOf(join(root, source))));
  if (builtAt(page) >= newest) return;
  const { build } = await import('vite');
  const built = await build({
    configFile: join(root, 'console', 'vite.config.ts'),
    logLevel: 'warn',
    build: { write: false },
  });
  const files = [built].flat().flatMap((one) => ('output' in one ? one.output : []));
  const names = new Set(files.map(({ fileName }) => fileName));
  for (const file of files) {
    if (file.fileName === 'index.html') continue;
    put(join(target, file.fileName), file.type === 'chunk' ? file.code : file.source);
  }
  copyFileSync(join(root, 'console', 'public', 'mark.svg'), join(target, 'mark.svg'));
  const shell = files.find(({ fileName }) => fileName === 'index.html');
  if (shell?.type !== 'asset') throw new Error('The build of the console made no page.');
  put(page, shell.source);
  sweep(target, names);
};

/** Of earlier releases, what no page names any more and is older than an hour, since somebody may still load it. */
const sweep = (target: string, names: ReadonlySet<string>): void => {
  const hourAgo = Date.now() - 3_600_000;
  for (const name of readdirSync(join(target, 'assets'))) {
    const path = join(target, 'assets', name);
    const isOld = !names.has(`assets/${name}`) && statSync(path).mtimeMs < hourAgo;
    if (isOld) rmSync(path, { force: true });
  }
};
