// The line of a runner as it has it: frames go out, words come in, and the close says why.

import { expect } from 'vitest';
import type { LineFrame, LineWord } from '../../src/contract/runner-socket.ts';
import { ask, bearer } from './ask.ts';
import { heardSocket } from './heard-socket.ts';
import { PROTOCOL } from './session-world.ts';
import type { TestRunner } from './world.ts';

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
  const line = heardSocket<LineFrame, LineWord>(answer);
  const claim = (requestId: string, slots = 1) => line.say({ t: 'claim', requestId, slots });
  return { ...line, words: line.heard, claim };
}
export type TestLine = ReturnType<typeof lineOver>;

export async function openLine(runner: Named): Promise<TestLine> {
  const answer = await askForLine(runner);
  expect(answer.status).toBe(101);
  expect(answer.headers.get('Sec-WebSocket-Protocol')).toBe('sluice.runner.v1');
  return lineOver(answer);
}
