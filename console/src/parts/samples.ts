// Requests written as commands. Pure.

/** One request of the API, and how the command line says it. */
export interface Call {
  /** What it does, in the imperative. */
  readonly does: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The words after `sluice`; absent: it has none for this. */
  readonly cli?: string;
}

/** The request by curl, with a token from the environment, and by the command line or null. */
export function samplesOf(
  { method, path, body, headers = {}, cli }: Call,
  origin: string,
): { readonly curl: string; readonly cli: string | null } {
  const parts = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${quote(`${origin}${path}`)}`,
    '-H "Authorization: Bearer $SLUICE_TOKEN"',
    ...Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    ...(body === undefined
      ? []
      : [`-H 'Content-Type: application/json'`, `-d ${quote(JSON.stringify(body))}`]),
  ];
  return { curl: parts.join(' \\\n  '), cli: cli === undefined ? null : `sluice ${cli}` };
}

/** For a POSIX shell: nothing in it is taken for anything but itself. */
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
