// `npm run check`: generated types, format and lint, five type checks, the description. The first failure ends it.
import { join } from 'node:path';
import { runToEnd } from './child-process.ts';
import { writePublicFiles } from './dev/public-files.ts';
import { ensureSecrets } from './dev/secrets.ts';
import { endOnSignal } from './interruption.ts';
import { PACKAGE_ROOT, toolScript } from './package-root.ts';

interface Step {
  readonly name: string;
  readonly args: readonly string[];
}

const GENERATE: Step = {
  name: 'wrangler types',
  args: [toolScript.wrangler, 'types', '--include-runtime=true', 'worker-configuration.d.ts'],
};
/** The committed description: two linters, and nothing that clients rely on is gone. */
const DESCRIPTION: Step = {
  name: 'lint-openapi',
  args: [join(PACKAGE_ROOT, 'tools', 'start.js'), 'lint-openapi'],
};
const COLORS = `--colors=${process.stderr.isTTY ? 'force' : 'off'}`;
const LINT: Step = { name: 'biome ci', args: [toolScript.biome, 'ci', COLORS, '.'] };
const TYPES: readonly Step[] = [
  'tsconfig.json',
  'tsconfig.node.json',
  'test/worker/tsconfig.json',
  'bench/skeleton/tsconfig.json',
  'console/tsconfig.json',
].map((project) => ({ name: `tsc -p ${project}`, args: [toolScript.tsc, '-p', project] }));

/** Runs steps side by side and reports them in order; output is shown for those that fail. */
const passes = async (steps: readonly Step[]): Promise<boolean> => {
  const runs = steps.map(async (step) => {
    const from = performance.now();
    const run = await runToEnd({
      command: process.execPath,
      args: step.args,
      cwd: PACKAGE_ROOT,
      env: { ...process.env, CI: '1' },
    });
    return { ...run, name: step.name, seconds: (performance.now() - from) / 1_000 };
  });
  for (const run of runs) {
    const { code, name, seconds, output } = await run;
    if (code !== 0) {
      console.error(output.trimEnd());
      console.error(`${name}: failed`);
      return false;
    }
    console.log(`${name}: ok (${seconds.toFixed(1)} s)`);
  }
  return true;
};

export const run = async (args: readonly string[]): Promise<number> => {
  if (args.length > 0) {
    console.error('`npm run check` takes no arguments.');
    return 1;
  }
  endOnSignal();
  // The types of the environment name the secret only where a file holds it.
  ensureSecrets(PACKAGE_ROOT);
  await writePublicFiles(PACKAGE_ROOT);
  return (await passes([GENERATE, LINT])) && (await passes([...TYPES, DESCRIPTION])) ? 0 : 1;
};
