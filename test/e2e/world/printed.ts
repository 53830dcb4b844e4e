// The documented snippets. They are used as printed but for where the server is and which task is meant.
import { readFileSync } from 'node:fs';

const PRINTED_HOST = 'localhost:3000';
const PRINTED_TASK = 'task_abc123_def456';

interface Here {
  readonly port: number;
  readonly taskId?: string;
}

export const readPrinted = (name: string): string =>
  readFileSync(new URL(`../seed/${name}`, import.meta.url), 'utf8');

/** Puts this server and this task in the place of the printed ones; throws if anything else changed. */
export const asPrinted = (name: string, { port, taskId = PRINTED_TASK }: Here): string => {
  const printed = readPrinted(name);
  const host = `localhost:${port}`;
  const here = printed.replaceAll(PRINTED_HOST, host).replaceAll(PRINTED_TASK, taskId);
  const back = here.replaceAll(host, PRINTED_HOST).replaceAll(taskId, PRINTED_TASK);
  if (back !== printed) throw new Error(`${name} is not what is printed`);
  return here;
};

/** A printed answer, with the sample's own values. */
export const printedAnswer = (name: string): Record<string, unknown> =>
  JSON.parse(readPrinted(`${name}.json`)) as Record<string, unknown>;
