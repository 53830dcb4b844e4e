// One request of the reader's, told while it comes: a stream does not end by itself.

import type { Asked } from './samples.ts';

export interface Told {
  readonly line: string;
  readonly isGood: boolean;
  readonly headers: string;
  readonly text: string;
  readonly ms: number;
}

/** More than this is not shown. */
const TEXT_MAX = 200_000;

interface Sending {
  /** Empty: who is signed in at this browser. */
  readonly token: string;
  readonly signal: AbortSignal;
  readonly show: (told: Told) => void;
}

/** Sends it and shows what comes, as often as more has come. Never throws. */
export async function tell(asked: Asked, { token, signal, show }: Sending): Promise<void> {
  const from = performance.now();
  const since = (): number => Math.round(performance.now() - from);
  try {
    const answer = await fetch(asked.url, {
      method: asked.method,
      headers: [
        ...asked.headers.map(([name, value]): [string, string] => [name, value]),
        ...(token === '' ? [] : [['Authorization', `Bearer ${token}`] as [string, string]]),
      ],
      ...(asked.body === null ? {} : { body: asked.body }),
      signal,
    });
    const told = {
      line: `${answer.status} ${answer.statusText}`.trim(),
      isGood: answer.ok,
      headers: [...answer.headers].map(([name, value]) => `${name}: ${value}`).join('\n'),
    };
    let text = '';
    show({ ...told, text, ms: since() });
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    for (let read = await reader?.read(); read?.done === false; read = await reader?.read()) {
      text += read.value;
      if (text.length > TEXT_MAX) {
        await reader?.cancel();
        text = `${text.slice(0, TEXT_MAX)}\n… cut here`;
      }
      show({ ...told, text, ms: since() });
    }
    show({ ...told, text: readable(text), ms: since() });
  } catch (error) {
    if (signal.aborted) return;
    const text = `The server cannot be reached: ${error instanceof Error ? error.message : error}`;
    show({ line: 'No answer', isGood: false, headers: '', text, ms: since() });
  }
}

/**
 * Follows a stream by WebSocket, a frame a line, until it ends or is stopped. A browser shows such a request nothing but
 * the cookie of a sign-in.
 */
export function follow({ url }: Asked, { signal, show }: Omit<Sending, 'token'>): Promise<void> {
  const from = performance.now();
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = new WebSocket(url.replace(/^http/, 'ws'));
  let text = '';
  const say = (line: string, isGood: boolean): void =>
    show({ line, isGood, headers: '', text, ms: Math.round(performance.now() - from) });
  socket.onopen = () => say('101 Connected', true);
  socket.onmessage = ({ data }) => {
    text = `${text}${String(data)}\n`.slice(-TEXT_MAX);
    say('101 Connected', true);
  };
  socket.onclose = ({ code, reason }) => {
    say(`Closed: ${code} ${reason}`.trim(), code === 1_000 || signal.aborted);
    resolve();
  };
  signal.addEventListener('abort', () => socket.close());
  return promise;
}

/** JSON with line breaks; anything else as it is. */
function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
