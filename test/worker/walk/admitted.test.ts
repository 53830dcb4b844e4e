// The same requests by who may: what is refused elsewhere is refused for who asks, and not for what the request is.

import { beforeAll, describe, expect, it } from 'vitest';
import { askOf, codeOf, examplesOf } from './asking.ts';
import { kindOf, QUERY } from './examples.ts';
import { CALLS, GUARDED, type Operation } from './operations.ts';
import { newWorld, type World } from './things.ts';

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

/** What takes something away comes last, what it stands in after it, and the project after all. */
const rank = ({ method, path }: Operation): number => {
  const depth = path.split('/').length;
  if (method !== 'DELETE') return method === 'GET' ? 0 : 100 - depth;
  return path.endsWith('/{projectId}') ? 300 : 200 - depth;
};
const inOrder = CALLS.toSorted((one, other) => rank(one) - rank(other));
const cases = inOrder.flatMap((operation) =>
  examplesOf(operation).map((example, index) => ({ ...operation, operation, example, index })),
);

describe('the owner and the runner of the project', () => {
  it.each(GUARDED)('$method $path: the walk knows what it is sent', ({ path, params, ...rest }) => {
    for (const param of params)
      expect([param, kindOf(path, param)]).not.toEqual([param, undefined]);
    for (const name of rest.needed) expect(Object.keys(QUERY)).toContain(name);
    if (rest.hasBody) expect(examplesOf({ path, params, ...rest })).not.toEqual([undefined]);
  });

  it.each(cases)('$method $path (body $index) lets one of them in', async (one) => {
    const { operation, example } = one;
    const told: string[] = [];
    for (const token of [world.owner, world.runnerToken]) {
      const answer = await askOf(operation, world.things, { token, example });
      told.push(
        answer.status !== null && answer.status < 300 ? 'in' : `${answer.status} ${codeOf(answer)}`,
      );
    }
    // 409: it may be asked, and the state of the thing is another one.
    expect(told).toSatisfy((all: string[]) => all.some((a) => a === 'in' || a.startsWith('409 ')));
  });
});
