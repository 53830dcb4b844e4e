// A project with endpoints and incidents, by HTTP alone.
import type { Client } from '../world/client.ts';
import { type HookReceiver, startReceiver } from './receiver.ts';

export interface Endpoint {
  readonly id: string;
  readonly projectId: string;
  readonly secret: string;
  readonly publicKey: string;
  readonly state: string;
}

export interface Delivery {
  readonly id: string;
  readonly eventId: string;
  readonly state: string;
  readonly attempts: readonly { readonly status: number | null }[];
}

/** What one test needs of a server that others use too: a project of its own. */
export class HookScene {
  readonly client: Client;
  readonly projectId: string;

  constructor(client: Client, projectId: string) {
    this.client = client;
    this.projectId = projectId;
  }

  static async open(client: Client): Promise<HookScene> {
    const made = await client.post<{ id: string }>('/v1/projects', { name: 'hooks' });
    return new HookScene(client, made.id);
  }

  /** An endpoint and its receiver, which judges each delivery. */
  async endpoint(fields: Record<string, unknown> = {}) {
    const receiver = await startReceiver();
    const body = { projectId: this.projectId, url: receiver.url, types: ['*'], ...fields };
    const endpoint = await this.client.post<Endpoint>('/v1/webhooks', body);
    receiver.keys = endpoint;
    return { receiver, endpoint } as { receiver: HookReceiver; endpoint: Endpoint };
  }

  change(id: string, fields: Record<string, unknown>): Promise<Endpoint> {
    return this.client.call<Endpoint>('PATCH', `/v1/webhooks/${id}`, fields);
  }

  /** One event of the type `incident.opened`. */
  async incident(title = 'Checkout is slow'): Promise<string> {
    const body = { environment: 'production', title };
    const path = `/v1/projects/${this.projectId}/incidents`;
    return (await this.client.post<{ id: string }>(path, body)).id;
  }

  /** So many of them, one after the other. */
  async incidents(count: number): Promise<readonly string[]> {
    const ids: string[] = [];
    for (let nth = 0; nth < count; nth += 1) ids.push(await this.incident(`Number ${nth}`));
    return ids;
  }

  async deliveries(id: string): Promise<readonly Delivery[]> {
    const path = `/v1/webhooks/${id}/deliveries?limit=100`;
    return (await this.client.get<{ data: Delivery[] }>(path)).data;
  }
}

/** The incident that a delivery speaks of. */
export const incidentOf = ({ event }: HookReceiver['hits'][number]): string =>
  (event.data['incident'] as { id: string }).id;
