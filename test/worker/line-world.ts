// The line of a runner as it has it: frames go out, words come in, and the close says why.

import { expect } from 'vitest';
import type { LineFrame, LineWord } from '../../src/contract/runner-socket.ts';
import { ask, bearer } from './ask.ts';
import { PROTOCOL } from './session-world.ts';
import { eventually, type TestRunner } from './world.ts';

type Named = Pick<TestRunner, 'id' | 'token'>;
export type OneWord<T extends LineWord['t']> = Extract<LineWord, { t: T }>;

/** Asks for a line; the answer may be a refusal. */
export const askForLine = (
  { id, token }: Named,
  headers: Record<string, string> = PROTOCOL,
): Promise<Response> =>
  ask(`/runners/${id}/socket`, {
    headers: { Upgrade: 'websocket', ...bearer(token), ...headers },
  });

/** Takes the socket of an answer. */
export function lineOver(answer: Response) {
  const { webSocket } = answer;
  if (!webSocket) throw new Error(`No socket, but ${answer.status}`);
  const raw: string[] = [];
  webSocket.addEventListener('message', ({ data }) => {
    raw.push(String(data));
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    webSocket.addEventListener('close', ({ code, reason }) => resolve({ code, reason }));
  });
  webSocket.accept();
  const words = (): LineWord[] =>
    raw.filter((text) => text.startsWith('{')).map((text) => JSON.parse(text) as LineWord);
  const all = <T extends LineWord['t']>(t: T): OneWord<T>[] =>
    words().filter((word): word is OneWord<T> => word.t === t);
  return {
    socket: webSocket,
    raw,
    words,
    all,
    closed,
    say: (frame: LineFrame) => webSocket.send(JSON.stringify(frame)),
    claim: (requestId: string, slots = 1) =>
      webSocket.send(JSON.stringify({ t: 'claim', requestId, slots })),
    /** The next word of a name, or one after those that have been heard. */
    async hear<T extends LineWord['t']>(t: T, before = 0): Promise<OneWord<T>> {
      await eventually(() => all(t).length).toBeGreaterThan(before);
      const word = all(t)[before];
      if (word === undefined) throw new Error(`No ${t}.`);
      return word;
    },
  };
}
export type TestLine = ReturnType<typeof lineOver>;

export async function openLine(runner: Named): Promise<TestLine> {
  const answer = await askForLine(runner);
  expect(answer.status).toBe(101);
  expect(answer.headers.get('Sec-WebSocket-Protocol')).toBe('sluice.runner.v1');
  return lineOver(answer);
}
