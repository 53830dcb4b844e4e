import { EventDoor } from './event-door.ts';
import { LedgerDoor } from './ledger-door.ts';
import { MetricsDoor } from './metrics-door.ts';
import type { projectParts } from './project-parts.ts';
import { StandingDoor } from './standing-door.ts';
import { TemplateDoor } from './template-door.ts';

/** What can be asked of a project beside its queue, by part. A new part is one line in each. */
export interface ProjectDoors {
  readonly events: EventDoor;
  readonly metrics: MetricsDoor;
  readonly templates: TemplateDoor;
  readonly standing: StandingDoor;
  readonly ledger: LedgerDoor;
}

export function projectDoors(parts: ReturnType<typeof projectParts>): ProjectDoors {
  const { desk, events, ledger, replies, standing, templates } = parts;
  return {
    events: new EventDoor(desk, events),
    metrics: new MetricsDoor(parts),
    templates: new TemplateDoor(templates, replies),
    standing: new StandingDoor(standing, replies),
    ledger: new LedgerDoor(ledger),
  };
}
