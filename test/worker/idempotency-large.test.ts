// An answer that is too large to be kept: the deed is done once all the same.

import { expect, it } from 'vitest';
import { newId } from '../../src/auth/id.ts';
import type { Deployment } from '../../src/contract/deployment.ts';
import { ask, refusalOf } from './ask.ts';
import { digestOf } from './deployment-world.ts';
import { newProject, read } from './world.ts';

/** Of which the answer has more than 65,536 characters. */
const LARGE = {
  environment: 'staging',
  artifacts: Array.from({ length: 50 }, (_, index) => ({
    ...{ name: 'web', kind: 'container', uri: 'u'.repeat(2_000), digest: digestOf(index) },
  })),
};

it('a request with a key whose answer is very long is done once, however often it comes', async () => {
  const projectId = await newProject();
  const path = `/v1/projects/${projectId}/deployments`;
  const headers = { 'Idempotency-Key': newId('key', Date.now()) };
  const post = () => ask(path, { json: LARGE, headers });
  const answers = await Promise.all(Array.from({ length: 20 }, post));
  const made = answers.filter(({ status }) => status === 201);
  expect(made).toHaveLength(1);
  const { data } = (await read<{ data: Deployment[] }>(path)).body;
  expect(data).toHaveLength(1);
  const again = await post();
  expect(await again.clone().text()).toContain(`/v1/deployments/${data[0]?.id}`);
  expect(await refusalOf(again)).toEqual([409, 'conflict']);
  const other = await ask(path, { json: { environment: 'staging' }, headers });
  expect(await refusalOf(other)).toEqual([422, 'idempotency_mismatch']);
});

it('a template with a very long description is made once, too', async () => {
  const projectId = await newProject();
  const path = `/templates?projectId=${projectId}`;
  // Six characters each, as JSON writes them.
  const long = '\u0001'.repeat(9_999);
  const json = {
    name: 'T',
    description: `D${long}`,
    acceptanceCriteria: `A${long}`,
    workflow: 'feature',
  };
  const headers = { 'Idempotency-Key': newId('key', Date.now()) };
  expect((await ask(path, { json, headers })).status).toBe(201);
  expect(await refusalOf(await ask(path, { json, headers }))).toEqual([409, 'conflict']);
  expect((await read<{ count: number }>(path)).body.count).toBe(1);
});
