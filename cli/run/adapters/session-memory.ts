// What outlives one run of an agent: the name of its session, and what it takes to count on from there.
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Fields, fieldsOf, textOf } from './fields.ts';

export interface SessionPlace {
  readonly adapter: string;
  /** Sessions are files of one machine; another one cannot go on with them. */
  readonly machine: string;
  readonly stage: string;
}

export interface SessionMemory extends SessionPlace {
  readonly sessionId: string;
  /** What the task had cost in dollars when the session began. */
  readonly costBefore: number;
  readonly adapterMemory: Fields;
}

/** The session that a run at this place can go on with, by the last checkpoint of the task. */
export const recallSession = (
  checkpoint: unknown,
  place: SessionPlace,
): SessionMemory | undefined => {
  const { sessionId, data } = fieldsOf(checkpoint);
  const kept = fieldsOf(data);
  const isHere =
    kept['adapter'] === place.adapter &&
    kept['machine'] === place.machine &&
    kept['stage'] === place.stage;
  if (!isHere || textOf(sessionId) === '') return undefined;
  const costBefore = Number(kept['costBefore']);
  return {
    ...place,
    sessionId: textOf(sessionId),
    costBefore: costBefore > 0 ? costBefore : 0,
    adapterMemory: fieldsOf(kept['memory']),
  };
};

/** A checkpoint of a session; without a name, the next run begins a new one. */
export const checkpointOf = (
  { adapter, machine, stage, costBefore, adapterMemory }: Omit<SessionMemory, 'sessionId'>,
  sessionId?: string,
): Record<string, unknown> => ({
  ...(sessionId === undefined || sessionId === '' ? {} : { sessionId: sessionId.slice(0, 200) }),
  data: { adapter, machine, stage, costBefore, memory: adapterMemory },
});

/** A name for this machine that says nothing of it, made once. */
export const machineName = async (stateDir: string): Promise<string> => {
  const file = path.join(stateDir, 'machine');
  const made = randomUUID();
  await writeFile(file, made, { flag: 'wx', mode: 0o600 }).catch(() => undefined);
  return (await readFile(file, 'utf8').catch(() => made)).trim() || made;
};
