// One monitor: its probes and what follows from them.

import { DurableObject } from 'cloudflare:workers';

export class MonitorObject extends DurableObject<Env> {
  /** The monitor was made, changed or deleted in D1. */
  refresh(): void {
    // Nothing is remembered of it yet.
  }
}
