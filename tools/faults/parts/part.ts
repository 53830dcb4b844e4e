// What every part of a run begins with: a server on a fresh state, and a judge of each answer.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Answered, Api } from '../api.ts';
import { EdgeServer } from '../edge-server.ts';
import { Ledger } from '../ledger.ts';
import { prepareProjects } from '../project.ts';
import type { Random } from '../random.ts';
import type { Report } from '../report.ts';
import type { World } from '../world.ts';

export interface Part {
  readonly dir: string;
  /** The bundled Worker, made once, so that a restart costs no build. */
  readonly script: string;
  readonly random: Random;
  readonly report: Report;
}

/** A fault of the server, a call that hangs, and a refusal that no rule explains, are found wherever they come. */
const judge = (report: Report, { call, outcome }: Answered): void => {
  const what = `${call.method ?? 'POST'} ${call.path}`;
  const evidence = JSON.stringify(outcome);
  const isFault =
    outcome.kind === 'in-doubt' && (/^HTTP 5/.test(outcome.why) || outcome.why === 'TimeoutError');
  const isStrange = outcome.kind === 'refused' && outcome.status !== 409;
  if (isFault || isStrange) report.violate({ what, evidence });
};

/** Starts the server of a part; `onAnswer` hears of every call beside the judge. */
export const openWorld = async (
  { dir, script, random, report }: Part,
  onAnswer: (answered: Answered) => void = () => undefined,
): Promise<World> => {
  const stateDir = join(dir, 'server');
  mkdirSync(stateDir, { recursive: true });
  const server = await EdgeServer.start({ dir: stateDir, script, random: random.fork() });
  const api = new Api(server.url, (answered) => {
    judge(report, answered);
    onAnswer(answered);
  });
  await prepareProjects(server, api);
  return { server, api, ledger: new Ledger(), report, dir };
};
