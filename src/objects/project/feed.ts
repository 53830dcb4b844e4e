import { isFeedType } from '../../contract/feed.ts';
import type { Happening } from '../../contract/platform-event.ts';
import { redactMembers } from '../../domain/redact.ts';
import type { BoardTable, FeedDraft } from './board-table.ts';
import type { BoardViewers } from './board-viewers.ts';
import type { RunnerNews } from './runner-news.ts';

interface Wiring {
  readonly board: BoardTable;
  readonly viewers: BoardViewers;
  readonly news: RunnerNews;
  readonly rearm: () => void;
}

const draftOf = ({ type, at, data, environment }: Happening): FeedDraft => ({
  type,
  taskId: '0',
  timestamp: new Date(at).toISOString(),
  data: redactMembers(data),
  place: environment === null ? null : [environment],
});

/** What who follows a project is told of beside the events of its tasks. */
export class Feed {
  readonly #wiring: Wiring;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  /** Writes down deployments and incidents, in the transaction that takes them in. The answer tells of them after it. */
  write(happenings: readonly Happening[]): () => void {
    const { board, viewers } = this.#wiring;
    const told = board.append(happenings.filter(({ type }) => isFeedType(type)).map(draftOf));
    return () => viewers.publish(told);
  }

  /** Tells what has become of the runners. */
  tell(): void {
    const { board, viewers, news, rearm } = this.#wiring;
    const drafts = news.take(Date.now());
    if (drafts.length === 0) return;
    viewers.publish(board.append(drafts));
    // When the next one falls silent is told, too.
    rearm();
  }

  /** Does something that may change the runners, and tells. */
  after<T>(change: () => T): T {
    const done = change();
    this.tell();
    return done;
  }
}
