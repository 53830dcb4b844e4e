// `npm run lint-openapi`: the committed description against two linters, and against the one that was committed last.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runToEnd } from './child-process.ts';
import { endOnSignal } from './interruption.ts';
import { breakingChanges } from './openapi/breaking.ts';
import { type Described, type Finding, isExempt } from './openapi/exemptions.ts';
import { PACKAGE_ROOT, toolScript } from './package-root.ts';

const DOCUMENT = 'docs/openapi.json';
const CONFIGS = join(PACKAGE_ROOT, 'tools', 'openapi');
/** Nobody is told what is linted here, and no newer version is looked for. */
const QUIET = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', CI: '1' };

const runTool = (args: readonly string[]) =>
  runToEnd({
    command: process.execPath,
    args,
    cwd: PACKAGE_ROOT,
    env: { ...process.env, ...QUIET },
  });

/** What Spectral finds and is not exempt, one line each. It writes a file, for its words may be many. */
const lintBySpectral = async (described: Described): Promise<readonly string[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-lint-'));
  const found = join(folder, 'findings.json');
  try {
    const run = await runTool([
      ...[toolScript.spectral, 'lint', '--ruleset', join(CONFIGS, 'spectral.yaml')],
      ...['--format', 'json', '--output', found, '--quiet', DOCUMENT],
    ]);
    // Without findings it writes an empty list; without a file it could not begin.
    if (!existsSync(found)) return [run.output.trim()];
    const findings = JSON.parse(readFileSync(found, 'utf8')) as readonly Finding[];
    return findings
      .filter((finding) => !isExempt(finding, described))
      .map(({ code, path, message }) => `${code}: ${path.join(' › ')}: ${message}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const lintByRedocly = async (): Promise<readonly string[]> => {
  const config = join(CONFIGS, 'redocly.yaml');
  const run = await runTool([
    ...[toolScript.redocly, 'lint', '--config', config, '--format', 'stylish', DOCUMENT],
  ]);
  return run.code === 0 && !/\bwarning\b/.test(run.output) ? [] : [run.output.trim()];
};

/** The description as the last commit before this work has it; none where there is no such commit to be asked for. */
const committed = (base: string): unknown => {
  try {
    const args = ['show', `${base}:${DOCUMENT}`];
    const text = execFileSync('git', args, {
      cwd: PACKAGE_ROOT,
      maxBuffer: 64_000_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return JSON.parse(text.toString());
  } catch {
    return undefined;
  }
};

/** `--base REF` names the commit whose description must not be broken; the last one where it is left out. */
export const run = async (args: readonly string[]): Promise<number> => {
  endOnSignal();
  const [flag, base = 'HEAD'] = args;
  if (flag !== undefined && flag !== '--base') {
    console.error('`npm run lint-openapi` takes `--base REF` and nothing else.');
    return 1;
  }
  const described = JSON.parse(readFileSync(join(PACKAGE_ROOT, DOCUMENT), 'utf8')) as Described;
  const [spectral, redocly] = await Promise.all([lintBySpectral(described), lintByRedocly()]);
  const broken = breakingChanges(committed(base), described);
  for (const line of [...spectral, ...redocly, ...broken]) console.error(line);
  const faults = spectral.length + redocly.length + broken.length;
  console.log(faults === 0 ? `${DOCUMENT}: ok` : `${DOCUMENT}: ${faults} faults`);
  return faults === 0 ? 0 : 1;
};
