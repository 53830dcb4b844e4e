// An operation asked with the ids of a world, and its answer as far as two of them can be compared.

import { askRequired, bearer } from '../ask.ts';
import { ownPage } from '../signin-world.ts';
import { EXAMPLES, type Example, HEADERS, kindOf, QUERY } from './examples.ts';
import type { Operation } from './operations.ts';
import type { Things } from './things.ts';

export interface Heard {
  /** Of a socket: the code of its close; null while it is open. */
  readonly status: number | null;
  readonly text: string;
  readonly challenge: string | null;
}

interface Asked {
  readonly path: string;
  readonly json: unknown;
}

function asked(operation: Operation, things: Things, example: Example | undefined): Asked {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, param: string) => {
    const kind = kindOf(operation.path, param);
    if (kind === undefined) throw new Error(`No kind of thing for {${param}} of ${operation.id}`);
    return things[kind];
  });
  const query = new URLSearchParams();
  for (const name of operation.query) {
    const value = QUERY[name];
    if (value !== undefined) query.set(name, value(things));
  }
  if (operation.hasBody && example === undefined) throw new Error(`No example for ${operation.id}`);
  return { path: query.size > 0 ? `${path}?${query}` : path, json: example?.(things) };
}

/** Each body that the operation is walked with; one without a body counts as one. */
export const examplesOf = ({ id }: Operation): readonly (Example | undefined)[] =>
  EXAMPLES[id] ?? [undefined];

/** The kinds of things that a request names. */
export function placesOf(operation: Operation, things: Things, example?: Example): string[] {
  const seen = new Set<string>();
  const watched = new Proxy(things, {
    get: (target, kind) => {
      seen.add(String(kind));
      return Reflect.get(target, kind);
    },
  });
  asked(operation, watched, example);
  return [...seen];
}

interface Asker {
  readonly token?: string;
  readonly cookie?: string;
  readonly example?: Example | undefined;
}

export async function askOf(
  operation: Operation,
  things: Things,
  { token, cookie, example }: Asker,
): Promise<Heard> {
  const { path, json } = asked(operation, things, example ?? examplesOf(operation)[0]);
  const headers = {
    ...(token === undefined ? {} : bearer(token)),
    ...(cookie === undefined ? {} : ownPage(cookie)),
    ...HEADERS[operation.id],
    ...(operation.isSocket ? { Upgrade: 'websocket' } : {}),
  };
  const { method } = operation;
  const body = json === undefined ? {} : { json };
  const answer = await askRequired(path, { method, headers, redirect: 'manual', ...body });
  if (answer.webSocket) return closeOf(answer.webSocket);
  const text = await answer.text();
  return { status: answer.status, text, challenge: answer.headers.get('WWW-Authenticate') };
}

/** What a socket is told as it is closed, last words included. One that says anything else first is open. */
async function closeOf(socket: WebSocket): Promise<Heard> {
  let words = '';
  const heard = new Promise<Heard>((resolve) => {
    socket.addEventListener('close', ({ code, reason }) => {
      resolve({ status: code, text: words + reason, challenge: null });
    });
    socket.addEventListener('message', ({ data }) => {
      words += String(data);
      if (!words.startsWith('{"t":"error"'))
        resolve({ status: null, text: words, challenge: null });
    });
  });
  socket.accept();
  const answer = await heard;
  if (answer.status === null) socket.close(1000);
  return answer;
}

/** The code of a refusal; the text of what has none. */
export const codeOf = ({ text }: Heard): string => /"code":"(\w+)"/.exec(text)?.[1] ?? text;

/** An answer without what differs between any two: the ids that were asked for, and the request's own. */
export function compared({ status, text, challenge }: Heard, things: Things): string {
  let plain = text.replace(/req_[0-9a-z]{26}/g, 'REQUEST');
  for (const [kind, id] of Object.entries(things)) plain = plain.replaceAll(id, `<${kind}>`);
  return JSON.stringify([status, plain, challenge]);
}
