// What the object of a project hands to the object of a webhook endpoint.

/** An event on its way to one endpoint: its bytes are made once, and these are signed and sent at every try. */
export interface Post {
  /** The project's number of the event; an endpoint belongs to one project, so it names the delivery too. */
  readonly sequence: number;
  readonly eventId: string;
  readonly type: string;
  readonly environment: string | null;
  /** In milliseconds. */
  readonly createdAt: number;
  /** As the endpoint wants it, full or thin. */
  readonly body: Uint8Array;
}

/** A value of an event that a filter asks for. */
export type FilterValue = string | number | boolean | null;
/** Dotted paths into the event and the values of which one has to stand there, e.g. `data.task.workflow`. */
export type EventFilter = Readonly<Record<string, readonly FilterValue[]>>;

/** What decides whether an event goes to an endpoint. */
export interface Addressee {
  readonly id: string;
  /** Exact, `group.*` or `*`. */
  readonly types: readonly string[];
  /** Null: all. What belongs to no environment passes in either case. */
  readonly environments: readonly string[] | null;
  readonly filter: EventFilter | null;
  readonly payload: 'full' | 'thin';
  /** It hears of nothing that happened before, in milliseconds. */
  readonly createdAt: number;
  readonly revision: number;
}
