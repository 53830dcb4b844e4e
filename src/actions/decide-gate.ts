// A person's decision on its way to the task, with what only the members of the project can say.

import { type Result, refuse } from '../contract/error.ts';
import { fromJsonText, toJsonText } from '../contract/json-text.ts';
import { logLine } from '../contract/log-line.ts';
import type { Credential } from '../contract/principal.ts';
import { countEligible, findStandings } from '../db/approvers.ts';
import { ProjectDb } from '../db/database.ts';
import type { FactsNeeded } from '../domain/decide/gate/weigh-votes.ts';
import type { DecideGate, EditGate, VoterFacts, VoterSignin } from '../domain/gate-command.ts';
import type { Outcome } from '../domain/outcome.ts';
import { heard } from '../rpc/dispatch.ts';
import type { Ask } from './ask.ts';
import { targetDoor } from './target.ts';

const UNAVAILABLE = refuse('unavailable', 'Who may decide cannot be looked up at the moment.');

/** By what people decide: the console, an app, a token. */
const VIA: Partial<Record<Credential['kind'], string>> = {
  open: 'open',
  signin: 'console',
  pat: 'token',
};

export const signinOf = ({ kind, clientId, authTimeMs }: Credential): VoterSignin => ({
  via: VIA[kind] ?? clientId ?? kind,
  ...(authTimeMs === undefined ? {} : { authTimeMs }),
});

/** Null while D1 does not answer: then nothing is decided that hangs on it. */
async function lookUp(
  ask: Ask,
  { projectId, voters, from }: FactsNeeded & { readonly projectId: string },
): Promise<VoterFacts | null> {
  const db = new ProjectDb(ask.env, projectId);
  try {
    const [standings, eligible] = await Promise.all([
      findStandings(db, voters),
      countEligible(db, from),
    ]);
    return { standings, eligible };
  } catch (error) {
    console.error(logLine({ level: 'error', message: 'D1 is away', error: String(error) }));
    return null;
  }
}

type Added = 'type' | 'now' | 'actor' | 'signin' | 'facts';

/** A person's yes or no, or their wish for changes. */
export function decideGate(
  ask: Ask,
  id: string,
  decision: Omit<DecideGate, Added>,
): Promise<Result<Outcome>> {
  const { actor, now } = ask;
  const signin = signinOf(ask.credential);
  return sendDecision(ask, id, { type: 'decide-gate', now, actor, signin, ...decision });
}

/** One call to the task; a second one where the decision hangs on who is in the project now. */
export async function sendDecision(
  ask: Ask,
  id: string,
  command: DecideGate | EditGate,
): Promise<Result<Outcome>> {
  const door = await targetDoor(ask, id, 'gates');
  if (!door.ok) return door;
  const { idempotency } = ask;
  const first = fromJsonText(await door.value.decide(toJsonText(command), idempotency));
  if ('done' in first) return heard(ask, first.done);
  const facts = await lookUp(ask, first.needs);
  if (facts === null) return UNAVAILABLE;
  const second = fromJsonText(
    await door.value.decide(toJsonText({ ...command, facts }), idempotency),
  );
  return 'done' in second ? heard(ask, second.done) : UNAVAILABLE;
}
