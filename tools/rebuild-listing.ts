// `npm run rebuild-listing`: makes the task list in D1 anew from the tasks themselves, page by page.
import { parseArgs } from 'node:util';

interface Options {
  readonly url: string;
  readonly projectId: string | undefined;
}

interface Page {
  readonly rebuilt: number;
  readonly removed: number;
  readonly next: string | undefined;
}

const readOptions = (args: readonly string[]): Options => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: 'string', default: 'http://localhost:3000' },
      project: { type: 'string' },
    },
  });
  if (!URL.canParse(values.url)) throw new Error(`--url is not a URL: ${values.url}`);
  return { url: values.url.replace(/\/+$/, ''), projectId: values.project };
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const readPage = async (answer: Response): Promise<Page> => {
  const body: unknown = await answer.json().catch(() => undefined);
  if (!isObject(body)) throw new Error(`The server answered ${answer.status} without JSON.`);
  if (!answer.ok) throw new Error(`The server refused: ${String(body['error'] ?? answer.status)}`);
  const next = body['next'];
  return {
    rebuilt: Number(body['rebuilt'] ?? 0),
    removed: Number(body['removed'] ?? 0),
    next: typeof next === 'string' ? next : undefined,
  };
};

const askForPage = async (options: Options, after: string | undefined): Promise<Page> => {
  const target = new URL(`${options.url}/listing/rebuild`);
  if (options.projectId !== undefined) target.searchParams.set('projectId', options.projectId);
  const token = process.env['SLUICE_TOKEN'];
  const headers = {
    'Content-Type': 'application/json',
    ...(token === undefined || token === '' ? {} : { Authorization: `Bearer ${token}` }),
  };
  const body = JSON.stringify(after === undefined ? {} : { after });
  const answer = await fetch(target, { method: 'POST', headers, body }).catch(() => {
    throw new Error(
      `No server answers at ${options.url}. Start one with \`npm run dev\` or pass \`--url\`.`,
    );
  });
  return readPage(answer);
};

/** Pages through the listing until there is no next page; returns the sums. */
export const rebuildListing = async (
  options: Options,
  say: (line: string) => void,
): Promise<{ readonly rebuilt: number; readonly removed: number }> => {
  let rebuilt = 0;
  let removed = 0;
  let after: string | undefined;
  do {
    const page = await askForPage(options, after);
    if (page.next !== undefined && page.next === after) {
      throw new Error('The server answered the same page twice.');
    }
    rebuilt += page.rebuilt;
    removed += page.removed;
    after = page.next;
    if (after !== undefined) say(`${rebuilt} rebuilt, ${removed} removed so far`);
  } while (after !== undefined);
  return { rebuilt, removed };
};

export const run = async (args: readonly string[]): Promise<number> => {
  try {
    const sum = await rebuildListing(readOptions(args), console.log);
    console.log(`Done: ${sum.rebuilt} rebuilt, ${sum.removed} removed.`);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
};
