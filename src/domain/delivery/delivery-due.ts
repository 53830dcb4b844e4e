/** The deadlines of an endpoint's object, in milliseconds; null where there is none. */
export interface EndpointDeadlines {
  /** The next retry or probe, or what waits for the rate. */
  readonly turnAt: number | null;
  /** When D1 is asked again that did not answer, or for a change that nobody told of. */
  readonly lookAt: number | null;
  /** When it is told again what could not be told. */
  readonly reportAt: number | null;
  /** When the rest of what is old is dropped. */
  readonly cleanUpAt: number | null;
  /** When the credential ends by which somebody listens. */
  readonly listenerEndsAt: number | null;
}

/** The earliest of all; null: the object may sleep until it is asked. */
export function endpointDueAt(deadlines: EndpointDeadlines): number | null {
  const set = Object.values(deadlines).filter((at) => at !== null);
  return set.length === 0 ? null : Math.min(...set);
}
