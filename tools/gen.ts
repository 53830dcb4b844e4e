// `npm run gen`: writes what is generated from the code: docs/openapi.json, the table of docs/costs.md, the files in public/, cli/run/redact.ts.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endChildren } from './child-process.ts';
import { writeRedaction } from './cli-redaction.ts';
import { withCostTable } from './costs/page.ts';
import { findFreePort } from './dev/port.ts';
import { writePublicFiles } from './dev/public-files.ts';
import { ensureSecrets } from './dev/secrets.ts';
import { startServer } from './dev/server.ts';
import { endOnSignal } from './interruption.ts';
import { PACKAGE_ROOT } from './package-root.ts';

const GRACE_MS = 2_000;

/** The description is assembled by the routes, which run in the Worker only, so the Worker is asked. */
const readDescription = async (stateDir: string): Promise<unknown> => {
  const server = await startServer({
    root: PACKAGE_ROOT,
    port: await findFreePort(),
    stateDir,
    isVerbose: false,
  });
  if (!server.ok) throw new Error(server.reason);
  const answer = await fetch(`${server.url}/openapi.json`);
  if (!answer.ok) throw new Error(`GET /openapi.json answered ${answer.status}.`);
  return answer.json();
};

export const run = async (): Promise<number> => {
  endOnSignal();
  ensureSecrets(PACKAGE_ROOT);
  await writePublicFiles(PACKAGE_ROOT);
  writeRedaction(PACKAGE_ROOT);
  const stateDir = mkdtempSync(join(tmpdir(), 'sluice-gen-'));
  try {
    const description = await readDescription(stateDir);
    const path = join(PACKAGE_ROOT, 'docs', 'openapi.json');
    writeFileSync(path, `${JSON.stringify(description, null, 2)}\n`);
    const costs = join(PACKAGE_ROOT, 'docs', 'costs.md');
    writeFileSync(costs, withCostTable(readFileSync(costs, 'utf8')));
    console.log('docs/openapi.json and the table of docs/costs.md are written.');
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    await endChildren(GRACE_MS);
    rmSync(stateDir, { recursive: true, force: true });
  }
};
