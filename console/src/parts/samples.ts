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

interface Where {
  readonly origin: string;
  /** Where nobody signs in, a token that is not set would be refused. */
  readonly needsToken: boolean;
}

/** The request by curl, where one is needed with a token from the environment, and by the command line or null. */
export function samplesOf(
  { method, path, body, headers = {}, cli }: Call,
  { origin, needsToken }: Where,
): { readonly curl: string; readonly cli: string | null } {
  const parts = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${quote(`${origin}${path}`)}`,
    ...(needsToken ? ['-H "Authorization: Bearer $SLUICE_TOKEN"'] : []),
    ...Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    ...(body === undefined
      ? []
      : [`-H 'Content-Type: application/json'`, `-d ${quote(JSON.stringify(body))}`]),
  ];
  return {
    curl: parts.join(' \\\n  '),
    cli: cli === undefined ? null : `npx sluice ${atServer(cli, origin)}`,
  };
}

/** Those that speak with a server are told with which. */
export const atServer = (cli: string, origin: string): string =>
  cli.replace(/^(?:run|listen)\b/, (word) => `${word} --url ${origin}`);

/** The words that make this machine a runner of a project. */
export const runWords = (project: string | null): string =>
  `run${project === null ? '' : ` --project ${project}`} -- claude -p --verbose --output-format stream-json`;

/** For a POSIX shell: nothing in it is taken for anything but itself. */
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
