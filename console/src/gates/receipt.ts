// What a receipt says of itself. Pure; nothing of it is checked here.

export interface ReceiptWords {
  readonly id: string;
  readonly kind: string;
  readonly decision: string;
  readonly seq: string;
}

/** Reads the payload of a compact JWS; a text that is none says nothing. */
export function receiptOf(jws: string): ReceiptWords {
  const payload = payloadOf(jws);
  const text = (value: unknown): string =>
    typeof value === 'string' || typeof value === 'number' ? String(value) : '–';
  const { jti, kind, decision, log } = payload;
  const seq = typeof log === 'object' && log !== null && 'seq' in log ? log.seq : undefined;
  return { id: text(jti), kind: text(kind), decision: text(decision), seq: text(seq) };
}

function payloadOf(jws: string): Readonly<Record<string, unknown>> {
  try {
    const [, part = ''] = jws.split('.');
    const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (one) =>
      one.charCodeAt(0),
    );
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    // An object has members, whatever they are.
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
