const MEMBER = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):\s*(?=,|$)/;

/** The SHA-256 in a field Content-Digest (RFC 9530), in hexadecimal digits. Undefined where there is none. */
export function digestIn(field: string): string | undefined {
  const [, base64] = MEMBER.exec(field) ?? [];
  return base64 === undefined
    ? undefined
    : [...atob(base64)].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}

/** The member of such a field for a SHA-256 in hexadecimal digits. */
export function digestField(hex: string): string {
  const bytes = (hex.match(/../g) ?? []).map((digits) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  return `sha-256=:${btoa(bytes.join(''))}:`;
}
