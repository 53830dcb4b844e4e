// The Worker and its objects as they are, each on a meter. What is counted knows nothing of it.

import { app } from '../../src/app.ts';
import { MonitorObject as RealMonitorObject } from '../../src/objects/monitor/monitor-object.ts';
import { ProjectObject as RealProjectObject } from '../../src/objects/project/project-object.ts';
import { TaskObject as RealTaskObject } from '../../src/objects/task/task-object.ts';
import { WebhookObject as RealWebhookObject } from '../../src/objects/webhook/webhook-object.ts';
import { count, follow } from './meter.ts';
import { meterBindings } from './metered-bindings.ts';
import { meterSockets } from './metered-sockets.ts';
import { meterStorage } from './metered-storage.ts';

/** What an object does after its answer is under way, too. */
function meterState(ctx: DurableObjectState): DurableObjectState {
  meterStorage(ctx.storage);
  meterSockets(ctx);
  const waitUntil = ctx.waitUntil.bind(ctx);
  ctx.waitUntil = (work) => waitUntil(follow(work));
  return ctx;
}

export { LimiterObject } from '../../src/objects/limiter-object.ts';

export class TaskObject extends RealTaskObject {
  constructor(ctx: DurableObjectState, env: Env) {
    super(meterState(ctx), meterBindings(env));
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    count('messagesIn');
    return follow(Promise.resolve(super.webSocketMessage(socket, message)));
  }

  override alarm(): Promise<void> {
    count('alarmsRung');
    return follow(super.alarm());
  }
}

export class ProjectObject extends RealProjectObject {
  constructor(ctx: DurableObjectState, env: Env) {
    super(meterState(ctx), meterBindings(env));
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    count('messagesIn');
    return follow(super.webSocketMessage(socket, message));
  }

  override alarm(): Promise<void> {
    count('alarmsRung');
    return follow(super.alarm());
  }
}

export class WebhookObject extends RealWebhookObject {
  constructor(ctx: DurableObjectState, env: Env) {
    super(meterState(ctx), meterBindings(env));
  }

  override alarm(): Promise<void> {
    count('alarmsRung');
    return follow(super.alarm());
  }
}

export class MonitorObject extends RealMonitorObject {
  constructor(ctx: DurableObjectState, env: Env) {
    super(meterState(ctx), meterBindings(env));
  }
}

export default {
  fetch: (request, env, ctx) => {
    count('requests');
    return follow(Promise.resolve(app.fetch(request, meterBindings(env), ctx)));
  },
} satisfies ExportedHandler<Env>;
