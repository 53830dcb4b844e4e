// A task at work whose agent asks for something that cannot be undone, and people who show who they are, in required mode.

import { createHash } from 'node:crypto';
import type { Role } from '../../../src/contract/principal.ts';
import { askRequired, bearer } from '../ask.ts';
import { newAskingWorld, type SeenGate } from '../gate-world.ts';
import { newPat, newPerson } from '../people.ts';

type Fields = Record<string, unknown>;

/** `sha256:…` of these bytes, made without any code of the server. */
export const hashOf = (text: string): string =>
  `sha256:${createHash('sha256').update(text).digest('base64url')}`;

/** Somebody with a role in the project and a token of their own. */
async function newVoter(projectId: string, taskId: string, role: Role) {
  const id = await newPerson({ [projectId]: role });
  const { token } = await newPat(id);
  const decide = async (verb: string, json: Fields = {}, gate = 'push') => {
    const path = `/tasks/${taskId}/gates/${gate}/${verb}`;
    const answer = await askRequired(path, { json, headers: bearer(token) });
    const { code } = await answer.json<{ code?: string }>();
    return [answer.status, code];
  };
  return { id, token, decide };
}

/** Beside what asks, a developer of the project; `DONE` is what a decision that counts is answered. */
export async function newApprovalWorld(fields: Fields = {}) {
  const world = await newAskingWorld(fields);
  const ada = await newVoter(world.projectId, world.taskId, 'developer');
  return { ...world, ada, voter: (role: Role) => newVoter(world.projectId, world.taskId, role) };
}

export const DONE = [200, undefined];

/** How a use of an approval is answered, in the two words that matter. */
export const told = ({ status, body }: { readonly status: number; readonly body: Fields }) => [
  status,
  body['code'],
];

/** The members of a gate that its approval holds for. */
export const boundIn = ({ id, nonce, actionHash, requester, context, policyHash }: SeenGate) => ({
  ...{ v: 1, gateId: id, nonce, actionHash, requester, context, policyHash },
});
