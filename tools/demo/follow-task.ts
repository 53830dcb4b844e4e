// Tells how the demo task moves on, one line each time.
import { type DemoTask, type Fields, isFields } from './task.ts';

const WAIT_S = 25;
const RETRY_MS = 1_000;
const ENDED = ['completed', 'failed', 'cancelled'];

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const readEvents = async (url: string, id: string, after: number): Promise<readonly Fields[]> => {
  const target = `${url}/tasks/${id}/events?after=${after}&wait=${WAIT_S}&limit=1000`;
  const answer = await fetch(target, { signal: AbortSignal.timeout((WAIT_S + 10) * 1_000) });
  const body: unknown = await answer.json();
  if (!answer.ok || !isFields(body) || !Array.isArray(body['events'])) {
    throw new Error(`The events of ${id} could not be read: status ${answer.status}`);
  }
  return body['events'].filter(isFields);
};

/** What an event says about status and stage; undefined when it says nothing about them. */
export const describeChange = (event: Fields): string | undefined => {
  const data = isFields(event['data']) ? event['data'] : {};
  switch (event['type']) {
    case 'task:stage-changed': {
      const stage = data['stage'];
      const stageStatus = data['stageStatus'];
      if (stage === undefined) return String(data['status']);
      return stageStatus === undefined
        ? `${stage}: ${data['status']}`
        : `${stage} is ${stageStatus}`;
    }
    case 'gate:approved':
      return `gate "${data['gateName']}" approved by ${data['approver']}`;
    case 'gate:rejected':
      return `gate "${data['gateName']}" rejected by ${data['rejector']}`;
    case 'gate:changes-requested':
      return `changes requested at gate "${data['gateName']}": ${data['comment']}`;
    case 'task:failed':
      return `failed: ${data['error']}`;
    case 'task:queued':
    case 'task:started':
    case 'task:paused':
    case 'task:resumed':
    case 'task:retried':
    case 'task:cancelled':
    case 'task:completed':
      return String(event['type']).slice('task:'.length);
    default:
      return undefined;
  }
};

export interface Listener {
  readonly say: (line: string) => void;
  readonly onGate: (gate: string) => void;
  readonly onEnd: (status: string) => void;
}

/** One reader of one task's events: repeats itself only when something is new. */
export const makeTeller = (listener: Listener): ((event: Fields) => void) => {
  let last = '';
  return (event) => {
    const data = isFields(event['data']) ? event['data'] : {};
    if (event['type'] === 'gate:required') listener.onGate(String(data['gateName']));
    const line = describeChange(event);
    if (line === undefined || line === last) return;
    last = line;
    const time = new Date(String(event['timestamp'])).toTimeString().slice(0, 8);
    listener.say(`  ${time}  ${line}`);
    const end = ENDED.find((status) => event['type'] === `task:${status}`);
    if (end !== undefined) listener.onEnd(end);
  };
};

/** Follows the task from where `task` was read, for as long as this process lives. */
export const followTask = async (
  url: string,
  task: DemoTask,
  listener: Listener,
): Promise<never> => {
  const tell = makeTeller(listener);
  for (let after = task.seq; ; ) {
    try {
      for (const event of await readEvents(url, task.id, after)) {
        tell(event);
        after = Math.max(after, Number(event['seq'] ?? 0));
      }
    } catch {
      // The server is reloading, or on its way down; its end is told elsewhere.
      await wait(RETRY_MS);
    }
  }
};
