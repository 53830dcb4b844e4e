// What a viewer says: it acknowledges. Everything else is ignored and harmless, but for its size.

const MESSAGE_BYTES_MAX = 65_536;
const encoder = new TextEncoder();

export function isTooLong(message: string | ArrayBuffer): boolean {
  const isText = typeof message === 'string';
  const bytes = isText ? encoder.encode(message).byteLength : message.byteLength;
  return bytes > MESSAGE_BYTES_MAX;
}

/** The cursor that `{"t":"ack","seq":912}` acknowledges, or null. */
export function readAck(message: string | ArrayBuffer): number | null {
  if (typeof message !== 'string' || !message.startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(message);
    if (typeof value !== 'object' || value === null || !('seq' in value && 't' in value))
      return null;
    return value.t === 'ack' && typeof value.seq === 'number' ? value.seq : null;
  } catch {
    return null;
  }
}
