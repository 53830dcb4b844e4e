// Builds the pages that wrangler serves as files: the console into public/console/, the reference into public/docs/.
import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** One page with its files. */
export interface Site {
  /** Below `public/`. */
  readonly name: string;
  /** Of Vite, in `console/`. */
  readonly config: string;
  /** What the build calls the page. */
  readonly page: string;
  /** What is put beside it as it is, out of `console/public/`. */
  readonly beside: readonly string[];
}

export const SITES: readonly Site[] = [
  { name: 'console', config: 'vite.config.ts', page: 'index.html', beside: ['mark.svg'] },
  { name: 'docs', config: 'vite.docs.config.ts', page: 'docs.html', beside: [] },
];

/** What they are made of: their own files, and what they take from the Worker's. */
const SOURCES = ['console', 'verify', 'src/contract', 'src/domain', 'package-lock.json'];
const PAGE = 'index.html';
const HOUR_MS = 3_600_000;

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
export const buildSite = async (root: string, site: Site): Promise<void> => {
  const target = join(root, 'public', site.name);
  const newest = Math.max(...SOURCES.map((source) => newestOf(join(root, source))));
  if (builtAt(join(target, PAGE)) >= newest) return;
  const { build } = await import('vite');
  const built = await build({
    configFile: join(root, 'console', site.config),
    logLevel: 'warn',
    build: { write: false },
  });
  const files = [built].flat().flatMap((one) => ('output' in one ? one.output : []));
  for (const file of files) {
    if (file.fileName === site.page) continue;
    put(join(target, file.fileName), file.type === 'chunk' ? file.code : file.source);
  }
  for (const name of site.beside) {
    copyFileSync(join(root, 'console', 'public', name), join(target, name));
  }
  const page = files.find(({ fileName }) => fileName === site.page);
  if (page?.type !== 'asset') throw new Error(`The build of ${site.name} made no page.`);
  put(join(target, PAGE), page.source);
  sweep(target, new Set([PAGE, ...site.beside, ...files.map(({ fileName }) => fileName)]));
};

/** Of earlier releases, what no page names any more and is older than an hour, since somebody may still load it. */
const sweep = (target: string, names: ReadonlySet<string>): void => {
  const hourAgo = Date.now() - HOUR_MS;
  for (const entry of readdirSync(target, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || names.has(relative(target, path))) continue;
    if (statSync(path).mtimeMs < hourAgo) rmSync(path, { force: true });
  }
};
