// How a delivery leaves: by HTTP to a URL, or over the socket of somebody who listens.

/** One attempt, as it goes out. */
export interface Outgoing {
  readonly deliveryId: string;
  readonly attempt: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes that were signed. */
  readonly body: Uint8Array;
}

/** What came back. Its texts are a stranger's: they are cleaned before they are kept. */
export interface Answer {
  /** Null: there was none. */
  readonly status: number | null;
  /** Why there was none, in our words. */
  readonly error: string | null;
  /** `content-type` and `retry-after` alone, where they were sent. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** It always answers, within its own limits, and never throws. */
export type Transport = (outgoing: Outgoing) => Promise<Answer>;

/** Whoever listens in the place of a URL. */
export interface Listener {
  /** While nobody does, nothing is kept for them. */
  readonly isHeard: boolean;
  readonly send: Transport;
}

export const noAnswer = (error: string): Answer => ({
  status: null,
  error,
  headers: {},
  body: null,
});
