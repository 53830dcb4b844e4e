// The stages and agents that speak in a log.

import type { LogLine } from '../../../live/task-stream.ts';

export class Names {
  readonly stages = new Set<string>();
  readonly agents = new Set<string>();
  #seen = 0;

  /** Takes in what has come since. */
  grow(lines: readonly LogLine[]): this {
    for (; this.#seen < lines.length; this.#seen++) {
      const { stage = '', agent = '' } = lines[this.#seen] ?? {};
      if (stage !== '') this.stages.add(stage);
      if (agent !== '') this.agents.add(agent);
    }
    return this;
  }
}
