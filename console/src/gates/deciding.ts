// One decision on its way: asked of the server, and done once the event of the gate has come back.

import type { Gate, GateDecided } from '../../../src/contract/gate.ts';
import { type Answer, get, post } from '../api/ask.ts';
import { withFreshSignin } from '../api/fresh-signin.ts';
import { projectId } from '../api/session.ts';
import { onFeed } from '../live/feed.ts';
import { readWaiting } from '../live/read-waiting.ts';
import { type Decision, isOpen } from './gate-words.ts';

/** How long the event of a decision may take before the gate is read instead. */
const EVENT_MS = 5_000;

export interface Ask {
  readonly gate: Pick<Gate, 'id' | 'taskId' | 'actionHash'>;
  readonly task: { readonly projectId: string };
}

/** The address of an instance, by its id. */
export const pathOf = ({ id, taskId }: Pick<Gate, 'id' | 'taskId'>): string =>
  `/tasks/${taskId}/gates/${id}`;

/** Decides for exactly the action that was seen. Answers, once the event of it has been told, with the gate after it. */
export function decide(
  { gate, task }: Ask,
  decision: Decision,
  comment: string,
): Promise<Answer<GateDecided>> {
  const { actionHash } = gate;
  const body = { actionHash, ...(comment.trim() === '' ? {} : { comment }) };
  const headers = { Prefer: 'return=representation' };
  return settle({ gate, task }, () => post(`${pathOf(gate)}/${decision}`, body, { headers }));
}

/** Asks for a change at a gate, with a passkey where a fresh sign-in is needed, and waits until it is told. */
export async function settle<T>(
  { gate, task }: Ask,
  request: () => Promise<Answer<T>>,
): Promise<Answer<T>> {
  const told = toldOf(gate.id, task.projectId);
  const answer = await withFreshSignin(request);
  if (answer.ok) await told.heard;
  told.stop();
  void readWaiting();
  return answer;
}

/** Resolves with the next event of the gate, or when none can come. */
function toldOf(gateId: string, project: string) {
  let stop = (): void => {};
  const heard = new Promise<void>((resolve) => {
    // The feed is that of the project which is shown.
    if (project !== projectId.peek()) return resolve();
    const timer = setTimeout(resolve, EVENT_MS);
    const leave = onGate(gateId, resolve);
    stop = () => {
      clearTimeout(timer);
      leave();
    };
  });
  return { heard, stop };
}

/** The gate as it is now, where it is no longer what was shown: somebody was quicker, or has changed the action. */
export async function changedGate(gate: Ask['gate']): Promise<Gate | null> {
  const answer = await get<Gate>(pathOf(gate));
  if (!answer.ok) return null;
  const isSame = isOpen(answer.value) && answer.value.actionHash === gate.actionHash;
  return isSame ? null : answer.value;
}

/** Hears of each event of a gate, or that some were missed, until the function that it answers is called. */
export const onGate = (gateId: string, heard: () => void): (() => void) =>
  onFeed({
    reset: heard,
    event: ({ type, data }) => {
      if (type.startsWith('gate:') && data['gateId'] === gateId) heard();
    },
  });
