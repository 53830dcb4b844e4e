// The Worker as it would be deployed, in one script.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { runToEnd } from '../child-process.ts';
import { PACKAGE_ROOT, toolScript } from '../package-root.ts';

const BUILDS = join(PACKAGE_ROOT, '.sluice', 'edge');
const SCRIPT = 'index.js';
const KEPT_MS = 3_600_000;

/** A Worker to bundle; paths are relative to the folder of package.json. */
export interface WorkerSource {
  readonly config: string;
  /** The folder of its code, and the only one that is looked at for changes. */
  readonly folder: string;
  /** The name of the file that `main` says, with `.js`. */
  readonly script: string;
}

const OURS: WorkerSource = { config: 'wrangler.toml', folder: 'src', script: SCRIPT };

/** What the bundle is made of, as one short text. */
const digestSource = ({ config, folder }: WorkerSource): string => {
  const names = readdirSync(join(PACKAGE_ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(PACKAGE_ROOT, join(entry.parentPath, entry.name)))
    .sort();
  const hash = createHash('sha256');
  for (const name of [...names, config, 'package.json', 'package-lock.json']) {
    hash.update(name).update(readFileSync(join(PACKAGE_ROOT, name)));
  }
  return hash.digest('hex').slice(0, 16);
};

/** A build is small, but an edited tree makes many; one that is young may still be in use. */
const removeOldBuilds = async (): Promise<void> => {
  for (const name of readdirSync(BUILDS)) {
    const folder = join(BUILDS, name);
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > KEPT_MS) await rm(folder, { recursive: true, force: true });
  }
};

/** Bundles the Worker once for each state of its source, and returns the path of the script. */
export const buildWorker = async (source: WorkerSource = OURS): Promise<string> => {
  const folder = join(BUILDS, digestSource(source));
  const script = join(folder, source.script);
  if (existsSync(script)) return script;
  mkdirSync(BUILDS, { recursive: true });
  // `wrangler.toml` binds this folder, and wrangler refuses one that is missing.
  mkdirSync(join(PACKAGE_ROOT, 'public'), { recursive: true });
  await removeOldBuilds();
  const draft = mkdtempSync(join(BUILDS, 'draft-'));
  const run = await runToEnd({
    command: process.execPath,
    args: [
      toolScript.wrangler,
      'deploy',
      '--dry-run',
      '--config',
      source.config,
      '--outdir',
      draft,
    ],
    cwd: PACKAGE_ROOT,
    env: { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false' },
  });
  if (run.code !== 0) {
    await rm(draft, { recursive: true, force: true });
    throw new Error(`The Worker cannot be bundled.\n${run.output.trim()}`);
  }
  // Two processes may build at once: the first to rename wins, and both scripts are the same.
  await rename(draft, folder).catch(() => rm(draft, { recursive: true, force: true }));
  return script;
};
