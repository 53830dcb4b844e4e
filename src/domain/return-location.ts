// Where the browser is sent with the answer (RFC 6749 §4.1.2), to the letter of what was registered, and always with `iss`
// (RFC 9207), so that an app which talks to several servers knows which one has answered.

export function returnLocation(
  uri: string,
  answer: Readonly<Record<string, string | null>>,
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(answer)) {
    if (value !== null) query.append(name, value);
  }
  const joint = uri.includes('?') ? (/[?&]$/.test(uri) ? '' : '&') : '?';
  return `${uri}${joint}${query.toString()}`;
}
