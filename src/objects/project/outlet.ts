import type { Addressee, Post } from '../../contract/delivery.ts';
import { logLine } from '../../contract/log-line.ts';
import { CLOCKS_AGREE_MS, EVENTS_KEPT_MS } from '../../contract/platform-event.ts';
import type { ProjectDb } from '../../db/database.ts';
import { readAddressees } from '../../db/webhook-addressees.ts';
import { isAddressedTo } from '../../domain/addressee.ts';
import { deliveryBackoffMs } from '../../domain/backoff.ts';
import { webhookObject } from '../../rpc/stubs.ts';
import type { EventTable, KeptEvent } from './event-table.ts';

const PAGE = 100;
/** An endpoint forgets what is older than its log: that it had it is not known there for much longer. */
const HANDED_OVER_MS = EVENTS_KEPT_MS - 3_600_000;

/** How far one endpoint is served, in memory: what is not known after a wake is handed over again, which harms nobody. */
interface Service {
  addressee: Addressee;
  served: number;
  attempts: number;
  retryAt: number | null;
  flight: Promise<void> | null;
}

/**
 * Hands events to the objects of the endpoints that want them: in order, at least once, each endpoint by itself, so
 * that one whose object is in trouble holds up no other.
 */
export class Outlet {
  readonly #env: Env;
  readonly #db: ProjectDb;
  readonly #events: EventTable;
  /** Undefined until they have been read, and again once one of them has changed. */
  #services: Map<string, Service> | undefined;
  /** As they were read last; undefined after a wake. */
  #known: ReadonlyMap<string, Service> | undefined;
  #reading: Promise<Map<string, Service>> | null = null;
  /** Endpoints that were made or changed while this instance lives. */
  readonly #changed = new Set<string>();
  #changes = 0;
  #attempts = 0;
  #retryAt: number | null = null;

  constructor(env: Env, db: ProjectDb, events: EventTable) {
    this.#env = env;
    this.#db = db;
    this.#events = events;
  }

  /** The number up to which every endpoint has what it wants. */
  get settled(): number {
    const { mark } = this.#events;
    // One that was just made may want what the others have.
    if (this.#services === undefined) return mark.settled;
    const served = [...this.#services.values()].map((one) => one.served);
    return Math.min(mark.head, ...served);
  }

  /** Whether there may be something to hand over. */
  get isBehind(): boolean {
    return this.#services === undefined
      ? this.#events.mark.head > 0
      : this.settled < this.#events.mark.head;
  }

  /** Whether anybody may want what happens; false once it is known that there is no endpoint. */
  get isWanted(): boolean {
    return this.#services === undefined || this.#services.size > 0;
  }

  /** An endpoint was made, changed or deleted. */
  changed(id: string): void {
    this.#changes++;
    this.#changed.add(id);
    this.#retryAt = null;
    this.#services = undefined;
  }

  dueAt(now: number): number | null {
    if (!this.isBehind) return null;
    if (this.#services === undefined) return this.#retryAt ?? now;
    const behind = [...this.#services.values()].filter(
      (one) => one.served < this.#events.mark.head,
    );
    return Math.min(...behind.map((one) => one.retryAt ?? now));
  }

  /** Hands over what there is; who fails is tried again at `dueAt`. */
  async drain(now: number): Promise<void> {
    const services = await this.#load(now);
    if (services === null) return;
    await Promise.all([...services.values()].map((one) => this.#join(one, now)));
    this.#events.settle(this.settled);
  }

  async #load(now: number): Promise<Map<string, Service> | null> {
    if (this.#services !== undefined) return this.#services;
    if (this.#retryAt !== null && this.#retryAt > now) return null;
    try {
      this.#reading ??= this.#read().finally(() => {
        this.#reading = null;
      });
      const services = await this.#reading;
      this.#attempts = 0;
      this.#retryAt = null;
      return services;
    } catch (error) {
      this.#retryAt = now + deliveryBackoffMs(++this.#attempts);
      console.error(logLine({ level: 'warn', message: 'Endpoints unread', error: String(error) }));
      return null;
    }
  }

  async #read(): Promise<Map<string, Service>> {
    for (;;) {
      const before = this.#changes;
      const addressees = await readAddressees(this.#db);
      // Read again what has changed while it was being read.
      if (before !== this.#changes) continue;
      const services = new Map(addressees.map((one) => [one.id, this.#serviceOf(one)]));
      this.#services = services;
      this.#known = services;
      return services;
    }
  }

  #serviceOf(addressee: Addressee): Service {
    const known = this.#known?.get(addressee.id);
    if (known !== undefined) {
      known.addressee = addressee;
      return known;
    }
    // What happened before it was made is not for it, nor what it may have had and forgotten.
    const from = Math.max(addressee.createdAt - CLOCKS_AGREE_MS, Date.now() - HANDED_OVER_MS);
    const before = this.#events.lastBefore(from);
    // After a wake nobody is known, and all were served so far, but for one that was made in this moment.
    const isNew =
      this.#known !== undefined || (addressee.revision === 1 && this.#changed.has(addressee.id));
    const served = isNew ? before : Math.max(before, this.#events.mark.settled);
    return { addressee, served, attempts: 0, retryAt: null, flight: null };
  }

  async #join(service: Service, now: number): Promise<void> {
    while (service.served < this.#events.mark.head) {
      if (service.retryAt !== null && service.retryAt > now) return;
      service.flight ??= this.#serve(service, now).finally(() => {
        service.flight = null;
      });
      await service.flight;
    }
  }

  async #serve(service: Service, now: number): Promise<void> {
    try {
      for (;;) {
        const events = this.#events.after(service.served, PAGE);
        const last = events.at(-1);
        if (last === undefined) return;
        const { addressee } = service;
        const posts = events.filter((event) => isFor(addressee, event));
        if (posts.length > 0) {
          const object = webhookObject(this.#env, addressee.id);
          await object.enqueue(
            addressee.revision,
            posts.map((event) => postOf(addressee, event)),
          );
        }
        service.served = last.sequence;
        service.attempts = 0;
        service.retryAt = null;
      }
    } catch (error) {
      service.retryAt = now + deliveryBackoffMs(++service.attempts);
      const { id } = service.addressee;
      const message = 'An endpoint did not take its events';
      console.error(logLine({ level: 'warn', message, endpoint: id, error: String(error) }));
    }
  }
}

const isFor = (addressee: Addressee, event: KeptEvent): boolean =>
  isAddressedTo(addressee, {
    ...event,
    // Our own bytes, written by `EventDesk`.
    whole: () => JSON.parse(new TextDecoder().decode(event.body)) as unknown,
  });

const postOf = ({ payload }: Addressee, event: KeptEvent): Post => ({
  sequence: event.sequence,
  eventId: event.id,
  type: event.type,
  environment: event.environment,
  createdAt: event.createdAt,
  body: payload === 'thin' ? event.thin : event.body,
});
