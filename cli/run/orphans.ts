// A runner that was killed outright leaves its agent running in the tree. Whoever opens the tree next
// ends that agent first: two agents in one tree would mix their work.
import { readFile, rm, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { endGroup, groupMembers } from './process-group.ts';

const noteFile = (tree: string): string => `${tree}.agent`;

interface Note {
  readonly groupId: number;
  readonly workId: string;
}

/** Remembers beside the tree which group works in it. */
export const noteAgent = async (tree: string, note: Note): Promise<void> => {
  await writeFile(noteFile(tree), JSON.stringify(note), { mode: 0o600 });
};

export const forgetAgent = async (tree: string): Promise<void> => {
  await rm(noteFile(tree), { force: true });
};

/** Ends the group that a dead runner left in this tree; true when there was one. */
export const endOrphans = async (tree: string, graceMs: number): Promise<boolean> => {
  if (process.platform !== 'linux') return false;
  const text = await readFile(noteFile(tree), 'utf8').catch(() => '');
  await forgetAgent(tree);
  const note = parseNote(text);
  if (note === undefined || !(await isSameGroup(note))) return false;
  await endGroup(note.groupId, graceMs);
  return true;
};

const parseNote = (text: string): Note | undefined => {
  try {
    const { groupId, workId } = JSON.parse(text) as Partial<Note>;
    const isNote =
      Number.isSafeInteger(groupId) && Number(groupId) > 1 && typeof workId === 'string';
    return isNote ? { groupId: Number(groupId), workId } : undefined;
  } catch {
    return undefined;
  }
};

/** The number may belong to another program by now; the environment tells. */
const isSameGroup = async ({ groupId, workId }: Note): Promise<boolean> => {
  for (const { pid } of await groupMembers(groupId)) {
    const env = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (env.split('\0').includes(`SLUICE_WORK_ID=${workId}`)) return true;
  }
  return false;
};
