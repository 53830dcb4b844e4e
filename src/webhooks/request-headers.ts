import { API_VERSION } from '../contract/credential-field.ts';

/** What the headers of one attempt say. */
export interface Attempted {
  readonly eventId: string;
  readonly eventType: string;
  readonly endpointId: string;
  readonly deliveryId: string;
  /** 1, 2, 3 … */
  readonly attempt: number;
  /** Of this attempt, in unix seconds. */
  readonly timestamp: number;
  readonly signature: string;
}

/** The headers that a receiver gets with a delivery. */
export const requestHeaders = (attempted: Attempted): Readonly<Record<string, string>> => ({
  'content-type': 'application/json',
  'user-agent': 'Sluice-Webhooks/1',
  'webhook-id': attempted.eventId,
  'webhook-timestamp': String(attempted.timestamp),
  'webhook-signature': attempted.signature,
  'sluice-event-type': attempted.eventType,
  'sluice-endpoint-id': attempted.endpointId,
  'sluice-delivery-id': attempted.deliveryId,
  'sluice-delivery-attempt': String(attempted.attempt),
  'sluice-version': API_VERSION,
});
