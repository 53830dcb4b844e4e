import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Grant } from '../../src/contract/runner.ts';
import type { Work } from '../../src/contract/work.ts';

/** The file behind SLUICE_TASK_JSON: the grant for the agent, without the token it must not have. */
export class TaskFile {
  readonly path: string;
  readonly #grant: Grant;

  constructor(stateDir: string, grant: Grant) {
    const name = grant.lease.leaseId.replace(/[^\w-]/g, '_');
    this.path = path.join(stateDir, 'tasks', `${name}.json`);
    this.#grant = grant;
  }

  /** Writes it for the work that begins: a lease has several. */
  async write(work: Work): Promise<void> {
    const { agentToken: _, agentTokenExpiresAt: __, ...grant } = this.#grant;
    const rest = { ...grant, work };
    await mkdir(path.dirname(this.path), { recursive: true, mode: 0o700 });
    await writeFile(this.path, JSON.stringify(rest), { mode: 0o600 });
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }
}
