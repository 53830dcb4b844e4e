import type { RunnerNewsType } from '../../contract/feed.ts';
import type { Runner } from '../../contract/runner.ts';
import { RUNNER_SEEN_MS } from '../../contract/timing.ts';
import type { FeedDraft } from './board-table.ts';
import type { LeaseTable } from './lease-table.ts';
import { type RunnerTable, runnerView } from './runner-table.ts';
import type { Settings } from './settings.ts';

const TOLD = 'runners-told';
const RUNNERS_MAX = 1_000;

type Told = Readonly<Record<string, Runner['status']>>;

interface Wiring {
  readonly projectId: string;
  readonly runners: RunnerTable;
  readonly leases: LeaseTable;
  readonly settings: Settings;
}

/** What has become of the runners since it was last told. That is kept, so that nothing is told twice after a wake. */
export class RunnerNews {
  readonly #wiring: Wiring;
  #told: Told | undefined;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  /** Notes how all of them stand now, and answers what has changed. To be told in the same turn. */
  take(now: number): readonly FeedDraft[] {
    const { settings } = this.#wiring;
    // Our own bytes, written below.
    this.#told ??= (settings.read(TOLD) as Told | undefined) ?? {};
    const before = this.#told;
    const standing = this.#standing(now);
    const gone = Object.keys(before).filter((id) => !standing.has(id));
    const changed = [...standing.values()].filter(({ runner }) => {
      return before[runner.id] !== runner.status;
    });
    if (gone.length === 0 && changed.length === 0) return [];
    this.#told = Object.fromEntries([...standing].map(([id, { runner }]) => [id, runner.status]));
    settings.write(TOLD, this.#told);
    const timestamp = new Date(now).toISOString();
    const draft = (type: RunnerNewsType, runner: object, place: FeedDraft['place']) => ({
      ...{ type, taskId: '0', timestamp, data: { runner }, place },
    });
    return [
      ...gone.map((id) => draft('runner:removed', { id }, null)),
      ...changed.map(({ runner, place }) => {
        const isNew = before[runner.id] === undefined;
        return draft(isNew ? 'runner:registered' : `runner:${runner.status}`, runner, place);
      }),
    ];
  }

  /** When the next one falls silent, if it says nothing more; null: none is there. */
  dueAt(now: number): number | null {
    const { runners, leases } = this.#wiring;
    const ends = runners
      .online(now, () => false)
      .filter(({ id, draining }) => !draining && leases.countOf(id) === 0)
      .map(({ seenAt }) => seenAt + RUNNER_SEEN_MS + 1);
    return ends.length === 0 ? null : Math.min(...ends);
  }

  #standing(now: number) {
    const { projectId, runners, leases } = this.#wiring;
    return new Map(
      runners.all(RUNNERS_MAX).map((known) => {
        const facts = { projectId, leases: leases.countOf(known.id), now };
        const place = known.environments.length === 0 ? null : known.environments;
        return [known.id, { runner: runnerView(known, facts), place }];
      }),
    );
  }
}
