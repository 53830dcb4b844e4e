// What the data of each type of event is.

import { z } from 'zod';
import { Deployment, DeploymentArtifact, DeploymentFailure } from './deployment.ts';
import { TaskEvent } from './event.ts';
import { Incident } from './incident.ts';
import { Invitation } from './invitation.ts';
import { Member } from './member.ts';
import { PLATFORM_TYPES, type PlatformType } from './platform-event.ts';
import { Role } from './principal.ts';
import { TaskRow } from './task.ts';
import { TOLD_TASK_EVENTS } from './told-types.ts';
import { Endpoint } from './webhook.ts';

const deployment = z.object({ deployment: Deployment });
const incident = z.object({ incident: Incident });
const member = z.object({ member: Member, previousRole: Role });
const endpoint = z.object({
  endpoint: Endpoint.omit({ secretHint: true }).meta({ id: 'WebhookEndpointTold' }),
});

const PLATFORM: Readonly<Record<PlatformType, z.ZodType>> = {
  'deployment.created': deployment,
  'deployment.succeeded': deployment.extend({ artifacts: z.array(DeploymentArtifact) }),
  'deployment.failed': deployment.extend({ failure: DeploymentFailure }),
  'deployment.cancelled': deployment,
  'incident.opened': incident,
  'incident.acknowledged': incident,
  'incident.resolved': incident,
  'member.invited': z.object({
    action: z.enum(['created', 'accepted']),
    invitation: Invitation,
    member: Member.nullable().meta({ description: 'Null until it is accepted.' }),
  }),
  'member.role_changed': member,
  'member.removed': member,
  'webhook.test': endpoint.extend({
    type: z.string().meta({ description: 'The type whose example was sent.' }),
  }),
  'webhook_endpoint.failing': endpoint.extend({
    failing: z.object({
      percent: z.int().meta({ description: 'Of the time that it is given: 50, 70 or 90.' }),
      since: z.string(),
    }),
  }),
  'webhook_endpoint.disabled': endpoint,
  'webhook_delivery.exhausted': endpoint.extend({
    delivery: z.object({
      id: z.string(),
      eventId: z.string(),
      type: z.string(),
      attempts: z.int(),
    }),
  }),
};

const STREAMED = new Map(
  TaskEvent.options.map((option) => [option.shape.type.value, option] as const),
);

/** The schema of `data` by type; in an event that would be too long texts are cut, and lists with them. */
export const EVENT_DATA: ReadonlyMap<string, z.ZodType> = new Map([
  ...PLATFORM_TYPES.map((type): [string, z.ZodType] => [type, PLATFORM[type]]),
  ...[...TOLD_TASK_EVENTS].map(([told, type]): [string, z.ZodType] => [
    told,
    z.object({
      task: TaskRow.meta({ description: 'As the listing shows it, right after the event.' }),
      taskSeq: z.int().min(1),
      event: STREAMED.get(type) ?? TaskEvent,
    }),
  ]),
]);
