// Requests written as commands. Pure.

/** One request of the API, and how the command line says it. */
export interface Call {
  /** What it does, in the imperative. */
  readonly does: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `{task}` in it is the id of a task that the reader has to put in. */
  readonly path: string;
  /** A member that is `{endpoint}` and nothing else is the id of an endpoint, as in a path. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where the answer is kept. */
  readonly file?: string;
  /** The words after `sluice`; absent: it has none for this. */
  readonly cli?: string;
  /** No single request does it. */
  readonly isCliAlone?: true;
}

interface Where {
  readonly origin: string;
  /** Where nobody signs in, a token that is not set would be refused. */
  readonly needsToken: boolean;
}

interface Samples {
  readonly curl: string | null;
  readonly cli: string | null;
}

/** The request by curl and by the command line; null where there is none. */
export function samplesOf(call: Call, where: Where): Samples {
  const { cli, isCliAlone } = call;
  return {
    curl: isCliAlone === true ? null : curlOf(call, where),
    cli: cli === undefined ? null : `npx sluice ${atServer(cli, where.origin)}`,
  };
}

/** The request by curl, where one is needed with a token from the environment. */
export function curlOf(
  { method, path, body, headers = {}, file }: Call,
  { origin, needsToken }: Where,
): string {
  const parts = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${quoteUrl(`${origin}${path}`)}`,
    ...(needsToken ? ['-H "Authorization: Bearer $SLUICE_TOKEN"'] : []),
    ...Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`-H 'Content-Type: application/json'`, `-d ${quoteBody(body)}`]),
    ...(file === undefined ? [] : [`-o ${quote(file)}`]),
  ];
  return parts.join(' \\\n  ');
}

/** Those that speak with a server, or want its keys, are told which. */
export const atServer = (cli: string, origin: string): string =>
  cli
    .replace(/^(?:run|listen)\b/, (word) => `${word} --url ${origin}`)
    .replace(/^verify \S+$/, (words) => `${words} --keys ${origin}`);

/** The words that make this machine a runner of a project. */
export const runWords = (project: string | null): string =>
  `run${project === null ? '' : ` --project ${project}`} -- claude -p --verbose --output-format stream-json`;

/** For a POSIX shell: nothing in it is taken for anything but itself. */
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** What the reader has to put in is a variable: as long as it is empty, the shell says so and asks nobody. */
const variable = (name: string): string =>
  `'"${'$'}{${name.toUpperCase()}_ID:?the id of the ${name}}"'`;

const quoteUrl = (url: string): string =>
  quote(url)
    .replace(/\{(\w+)\}/g, (_, name: string) => variable(name))
    // Nothing stands after one at the end.
    .replace(/"''$/, '"');

const quoteBody = (body: unknown): string =>
  quote(JSON.stringify(body)).replace(/"\{(\w+)\}"/g, (_, name: string) => `"${variable(name)}"`);
