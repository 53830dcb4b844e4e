// Many requests, most of them spoiled: none may break the server, and every answer is of the form that is promised.
import { Random } from '../faults/random.ts';
import { type Call, callsOf, type Document, Promises } from './document.ts';
import { type Known, nextRequest, type Request } from './request.ts';
import { makeWorld } from './world.ts';

const AT_ONCE = 16;
const ANSWER_MS_MAX = 40_000;
/** Things are made anew so often, for most of them end under what is asked of them. */
const WORLD_EVERY = 1_000;
const VIOLATIONS_MAX = 20;

export interface FuzzPlan {
  readonly url: string;
  readonly requests: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

export interface FuzzReport {
  readonly requests: number;
  readonly byStatus: ReadonlyMap<number, number>;
  readonly violations: readonly string[];
}

/** Streams never end, and upgrades are no requests. */
const isAsked = ({ path }: Call): boolean =>
  !path.startsWith('/stream') && path !== '/ws' && !path.endsWith('/session');

/** The one 503 that is promised: no runner is connected. */
const isPromised = (status: number, path: string): boolean =>
  status < 500 || (status === 503 && path === '/daemon/health');

const send = async (url: string, request: Request) => {
  const { method, target, headers, body } = request;
  const answer = await fetch(url + target, {
    method,
    headers,
    redirect: 'manual',
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  });
  const text = await answer.text();
  const [type = ''] = (answer.headers.get('content-type') ?? '').split(';');
  return { status: answer.status, text, type };
};

const JSON_TYPE = /^application\/(problem\+)?json$/;

/** What is wrong with the answer to a request, or undefined. */
const judge = (
  promises: Promises,
  { method, target }: Request,
  answer: { status: number; text: string; type: string },
): string | undefined => {
  const path = target.split('?')[0] ?? target;
  const { status, text, type } = answer;
  if (!isPromised(status, path)) return `${status}: ${text.slice(0, 300)}`;
  if (method === 'HEAD' || method === 'OPTIONS' || status === 204) return;
  if (!JSON_TYPE.test(type)) return status < 400 ? undefined : `${status} without a JSON body`;
  return promises.complain(promises.find(method, path), { status, type, body: JSON.parse(text) });
};

export const fuzz = async ({ url, requests, seed, say }: FuzzPlan): Promise<FuzzReport> => {
  // The document of our own server.
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as Document;
  const promises = new Promises(document);
  const [firstCall, ...otherCalls] = callsOf(document).filter(isAsked);
  if (firstCall === undefined) throw new Error('The document lists no operation.');
  const random = new Random(seed);
  const byStatus = new Map<number, number>();
  const violations: string[] = [];
  let known: Known = await makeWorld(url);
  let sent = 0;
  const one = async (): Promise<void> => {
    const call = random.pick([firstCall, ...otherCalls]);
    const request = nextRequest(call, document, known, random);
    const answer = await send(url, request).catch((error: unknown) => ({
      status: 599,
      text: String(error),
      type: '',
    }));
    byStatus.set(answer.status, (byStatus.get(answer.status) ?? 0) + 1);
    const complaint = judge(promises, request, answer);
    if (complaint === undefined) return;
    const { method, target, body = '' } = request;
    violations.push(
      `${method} ${target.slice(0, 300)} ${String(body).slice(0, 500)} → ${complaint}`,
    );
  };
  const worker = async (upTo: number): Promise<void> => {
    while (sent < upTo && violations.length < VIOLATIONS_MAX) {
      sent += 1;
      await one();
    }
  };
  while (sent < requests && violations.length < VIOLATIONS_MAX) {
    const upTo = Math.min(requests, sent + WORLD_EVERY);
    await Promise.all(Array.from({ length: AT_ONCE }, () => worker(upTo)));
    say(`${sent} of ${requests} requests, ${violations.length} violations`);
    if (sent < requests) known = await makeWorld(url);
  }
  return { requests: sent, byStatus, violations };
};
