import type { ListenDelivery, ListenFrame } from '../../src/contract/listen.ts';

/** A frame of the server; undefined for one that this version does not know. */
export const readFrame = (text: string): ListenFrame | undefined => {
  const frame = membersOf(text);
  if (frame['type'] === 'ready') {
    const { endpointId, secret } = frame;
    if (typeof endpointId !== 'string' || typeof secret !== 'string') return undefined;
    return { type: 'ready', endpointId, secret };
  }
  return frame['type'] === 'delivery' ? readDelivery(frame) : undefined;
};

const readDelivery = (frame: Readonly<Record<string, unknown>>): ListenDelivery | undefined => {
  const { deliveryId, attempt, headers, body } = frame;
  if (typeof deliveryId !== 'string' || typeof attempt !== 'number') return undefined;
  if (typeof body !== 'string' || typeof headers !== 'object' || headers === null) return undefined;
  const texts = Object.entries(headers).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return { type: 'delivery', deliveryId, attempt, headers: Object.fromEntries(texts), body };
};

const membersOf = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
};
