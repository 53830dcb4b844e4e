import type { Config } from '../../contract/config.ts';
import { ok, type Result } from '../../contract/error.ts';
import { changeConfig, wholeConfig } from '../../domain/config.ts';
import { enabledAgents } from '../../domain/workflows.ts';
import type { Settings } from './settings.ts';

const KEY = 'config';

/** The config of a project: kept as what differs from the defaults, and in memory as what it comes to. */
export class ProjectConfig {
  readonly #settings: Settings;
  #known: { readonly config: Config; readonly agents: ReadonlySet<string> } | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** The part that differs from the defaults. */
  get patch(): unknown {
    return this.#settings.read(KEY);
  }

  #read() {
    if (this.#known === undefined) {
      const config = wholeConfig('project', this.patch);
      this.#known = { config, agents: new Set(Object.keys(enabledAgents(config))) };
    }
    return this.#known;
  }

  /** As it is now: a change counts for the next claim. */
  get limits(): Config['limits'] {
    return this.#read().config.limits;
  }

  isEnabled(agent: string): boolean {
    return this.#read().agents.has(agent);
  }

  /** Changes it in one step, so that changes at the same time are both kept. */
  change(projectName: string, change: Readonly<Record<string, unknown>>): Result<Config> {
    const changed = changeConfig(projectName, this.patch, change);
    if (!changed.ok) return changed;
    this.#settings.write(KEY, changed.value.stored);
    this.#known = undefined;
    return ok(changed.value.config);
  }
}
