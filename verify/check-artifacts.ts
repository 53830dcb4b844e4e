import type { BundleArtifact } from '../src/contract/bundle.ts';
import { BadEntry } from './bad-entry.ts';
import { fromBase64 } from './base64url.ts';
import { sha256Hex } from './digest.ts';
import type { LogFacts } from './log-facts.ts';

/** Artifacts are those that the log names, byte for byte, in its order, and none is missing. */
export class ArtifactCheck {
  readonly #seen = new Set<string>();

  async add(artifact: BundleArtifact, line: number, facts: LogFacts): Promise<void> {
    const { name, version, sha256, bytes, data } = artifact;
    const wrong = (what: string) => new BadEntry(line, what);
    const key = JSON.stringify([name, version]);
    const kept = facts.artifacts.get(key);
    if (kept === undefined) throw wrong('the log names no such artifact');
    if (kept.sha256 !== sha256 || kept.bytes !== bytes) throw wrong('the log names another one');
    if (this.#seen.has(key)) throw wrong('it was here before');
    if ([...facts.artifacts.keys()][this.#seen.size] !== key) throw wrong('another one is next');
    this.#seen.add(key);
    if (kept.elsewhere !== (data === null)) throw wrong('its bytes are missing');
    if (data === null) return;
    const content = fromBase64(data);
    if (content === null) throw wrong('its bytes are not written as they were');
    if ((await sha256Hex(content)) !== sha256) throw wrong('its bytes were changed');
  }

  finish(facts: LogFacts): void {
    for (const [key, { line, name }] of facts.artifacts) {
      if (!this.#seen.has(key))
        throw new BadEntry(line, `its artifact ${name} is not in the bundle`);
    }
  }
}
