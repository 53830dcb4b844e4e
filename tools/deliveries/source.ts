// Where events come from: incidents that are opened, acknowledged and resolved. Each call is one event.
import type { Api } from '../faults/api.ts';
import type { Random } from '../faults/random.ts';
import { pause } from '../faults/until.ts';

export interface SourceParts {
  readonly api: Api;
  readonly projectId: string;
  readonly random: Random;
  /** Takes each change that was acknowledged, as `type incident`. */
  readonly acknowledged: Set<string>;
}

const STEPS = [
  ['acknowledge', 'incident.acknowledged'],
  ['resolve', 'incident.resolved'],
] as const;
const AWAY_MS = 100;
const AWAY_MS_MAX = 120_000;

interface Made {
  readonly id: string;
}

/** One person who opens incidents and sees them through, also when the server dies in the middle. */
export class Source {
  readonly #parts: SourceParts;

  constructor(parts: SourceParts) {
    this.#parts = parts;
  }

  /** Goes on until `isOver` says so; `pace` is awaited before each event. */
  async run(isOver: () => boolean, pace: () => Promise<void>): Promise<void> {
    const incidents = `/v1/projects/${this.#parts.projectId}/incidents`;
    while (!isOver()) {
      await pace();
      const text = 'x'.repeat(this.#parts.random.between(10, 1_500));
      const body = { environment: 'production', title: 'Checkout is slow', summary: text };
      const made = await this.#until(incidents, body, 'incident.opened');
      if (made === undefined) continue;
      for (const [step, type] of STEPS) {
        if (isOver()) return;
        await pace();
        await this.#until(`/v1/incidents/${made.id}/${step}`, { note: step }, type);
      }
    }
  }

  /** Undefined: nobody knows whether it was done, or it had been done by a call of which nobody knew. */
  async #until(path: string, body: unknown, type: string): Promise<Made | undefined> {
    const { api, acknowledged } = this.#parts;
    const deadline = performance.now() + AWAY_MS_MAX;
    for (;;) {
      const outcome = await api.send<Made>({ path, body });
      switch (outcome.kind) {
        case 'acknowledged':
          acknowledged.add(`${type} ${outcome.body.id}`);
          return outcome.body;
        case 'unsent':
          if (performance.now() > deadline) throw new Error(`The server stays away: ${path}`);
          await pause(AWAY_MS);
          continue;
        case 'in-doubt':
          return undefined;
        case 'refused':
          // What was done by a call in doubt cannot be done again.
          if (outcome.code === 'invalid_transition') return undefined;
          throw new Error(`${path}: ${outcome.status} ${outcome.code}`);
        default:
          return outcome satisfies never;
      }
    }
  }
}
