// What has arrived where. It holds one small row an endpoint and event, so that any number of tries is no burden.
import { createHash } from 'node:crypto';

export interface Arrival {
  readonly endpoint: string;
  /** The header `webhook-id`. */
  readonly id: string;
  readonly body: Buffer;
  /** In milliseconds. */
  readonly at: number;
  /** Whether the receiver answered 2xx. */
  readonly isTaken: boolean;
}

interface Row {
  /** Of all tries. */
  tries: number;
  taken: number;
  firstAt: number;
}

/** What an event is at all receivers. */
export interface Told {
  readonly id: string;
  readonly sequence: number;
  readonly digest: string;
  /** When it happened, in milliseconds. */
  readonly happenedAt: number;
}

/** An arrival that must not be. */
export interface Odd {
  readonly what: string;
  readonly evidence: string;
}

export class ArrivalLedger {
  readonly odd: Odd[] = [];
  /** By `webhook-id`. */
  readonly told = new Map<string, Told>();
  readonly #rows = new Map<string, Map<string, Row>>();

  note({ endpoint, id, body, at, isTaken }: Arrival): void {
    const digest = createHash('sha256').update(body).digest('hex');
    const known = this.told.get(id);
    if (known === undefined) this.#learn(id, body, digest);
    else if (known.digest !== digest) {
      this.#blame(`${id} has come with other bytes to ${endpoint}`, body.toString().slice(0, 300));
    }
    const rows = this.#rows.get(endpoint) ?? new Map<string, Row>();
    this.#rows.set(endpoint, rows);
    const row = rows.get(id) ?? { tries: 0, taken: 0, firstAt: at };
    rows.set(id, row);
    row.tries += 1;
    if (isTaken) row.taken += 1;
  }

  blame(odd: Odd): void {
    this.odd.push(odd);
  }

  /** The events that an endpoint has taken. */
  takenBy(endpoint: string): ReadonlySet<string> {
    const rows = [...(this.#rows.get(endpoint) ?? [])];
    return new Set(rows.filter(([, { taken }]) => taken > 0).map(([id]) => id));
  }

  /** The numbers of the events in the order of their first arrival. */
  sequencesOf(endpoint: string): readonly number[] {
    return [...(this.#rows.get(endpoint)?.keys() ?? [])].flatMap(
      (id) => this.told.get(id)?.sequence ?? [],
    );
  }

  countTaken(endpoint: string): number {
    let count = 0;
    for (const { taken } of this.#rows.get(endpoint)?.values() ?? []) if (taken > 0) count += 1;
    return count;
  }

  /** Tries, and events that were taken more than once, of all endpoints. */
  totals(): { readonly tries: number; readonly twice: number } {
    const all = [...this.#rows.values()].flatMap((rows) => [...rows.values()]);
    return {
      tries: all.reduce((sum, { tries }) => sum + tries, 0),
      twice: all.filter(({ taken }) => taken > 1).length,
    };
  }

  /** How long each event took to each of these endpoints, in milliseconds. */
  latencies(endpoints: readonly string[], wanted: (told: Told) => boolean): readonly number[] {
    return endpoints.flatMap((endpoint) =>
      [...(this.#rows.get(endpoint) ?? [])].flatMap(([id, { firstAt }]) => {
        const told = this.told.get(id);
        return told !== undefined && wanted(told) ? [firstAt - told.happenedAt] : [];
      }),
    );
  }

  #learn(id: string, body: Buffer, digest: string): void {
    const {
      id: inBody,
      sequence,
      timestamp,
    } = JSON.parse(body.toString()) as {
      id: string;
      sequence: number;
      timestamp: string;
    };
    if (inBody !== id) this.#blame(`webhook-id ${id} brings the event ${inBody}`, '');
    this.told.set(id, { id, sequence, digest, happenedAt: Date.parse(timestamp) });
  }

  #blame(what: string, evidence: string): void {
    this.odd.push({ what, evidence });
  }
}
