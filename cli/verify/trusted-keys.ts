import { readFile } from 'node:fs/promises';
import { receiptKeysIn, type TrustedKeys } from '../../verify/signatures.ts';
import { CommandError, EXIT } from '../exit-code.ts';

const BYTES_MAX = 1_048_576;
const FETCH_MS = 10_000;
const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The keys that the reader trusts: of a server that answers at a URL, or of a file that was fetched from it once. */
export const readTrustedKeys = async (from: string): Promise<TrustedKeys> => {
  const text = URL.canParse(from) ? await fetched(new URL(from)) : await fromFile(from);
  const keys = await receiptKeysIn(text);
  if (keys.size > 0) return keys;
  throw new CommandError(`${from} holds no keys of receipts.`, EXIT.usage);
};

const fetched = async (url: URL): Promise<string> => {
  const isSafe =
    url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
  if (!isSafe) throw new CommandError('Keys are fetched by https:// alone.', EXIT.usage);
  // The origin of a server stands for its keys.
  const at = url.pathname === '/' ? new URL('/.well-known/receipt-keys.json', url) : url;
  try {
    const answer = await fetch(at, { redirect: 'error', signal: AbortSignal.timeout(FETCH_MS) });
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
    const text = await answer.text();
    if (text.length > BYTES_MAX) throw new Error('it is too large');
    return text;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(`The keys cannot be fetched from ${at.href}: ${reason}.`);
  }
};

const fromFile = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new CommandError(`The file ${path} cannot be read.`, EXIT.usage);
  }
};
