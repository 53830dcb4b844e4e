// Who may not: every operation of the document, asked with a credential that does not suffice.

import { describe, expect, it } from 'vitest';
import { ask, bearer } from './ask.ts';
import { claimOne, newProject, newTask, newTestRunner, read } from './world.ts';

interface Operation {
  readonly security?: readonly { readonly bearer?: readonly string[] }[];
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const { body } = await read<Document>('/openapi.json');
const guarded = Object.entries(body.paths).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, { security }]) =>
    // What tells anybody who they are asks for no scope.
    !security?.some(({ bearer }) => bearer?.length) || path.startsWith('/stream/')
      ? []
      : [
          {
            method: method.toUpperCase(),
            path,
            scopes: security.flatMap(({ bearer = [] }) => bearer),
          },
        ],
  ),
);

/** A task in a project of its own, with its runner and the agent at work on it. */
async function newTarget() {
  const projectId = await newProject();
  const taskId = await newTask({ projectId });
  const runner = await newTestRunner(projectId);
  const { grant } = await claimOne(runner);
  return { taskId, runner, agentToken: grant.agentToken };
}

const filled = (path: string, id: string) => path.replace('{id}', id).replace(/\{\w+\}/g, 'x');

async function askWith(token: string, method: string, path: string) {
  const json = method === 'GET' || method === 'DELETE' ? {} : { json: {} };
  const answer = await ask(path, { method, headers: bearer(token), ...json });
  const text = await answer.text();
  return { status: answer.status, code: (JSON.parse(text) as { code?: string }).code };
}

describe('every operation that asks for a credential', () => {
  it('there are such operations', () => {
    expect(guarded.length).toBeGreaterThan(25);
  });

  it.each(guarded)('$method $path is closed to the agent of another task', async (operation) => {
    const other = await newTarget();
    const { agentToken } = await newTarget();
    const answer = await askWith(
      agentToken,
      operation.method,
      filled(operation.path, other.taskId),
    );
    expect(answer).toEqual({ status: 403, code: 'agent_forbidden' });
  });

  const beyond = guarded.filter(
    ({ scopes }) => !scopes.includes('tasks:read') && !scopes.includes('tasks:run'),
  );
  it.each(beyond)('$method $path is closed to a runner', async ({ method, path }) => {
    const { taskId, runner } = await newTarget();
    const { status, code } = await askWith(runner.token, method, filled(path, taskId));
    expect(status).toBe(403);
    expect(['insufficient_scope', 'human_required']).toContain(code);
  });
});
