// An owner of another project, with a token of all scopes: what is real and not theirs is answered as what never was,
// byte for byte but for the ids.

import { beforeAll, describe, expect, it } from 'vitest';
import { askOf, codeOf, compared, examplesOf, placesOf } from './asking.ts';
import type { Example } from './examples.ts';
import { GUARDED, type Operation } from './operations.ts';
import { neverMade, newWorld, type Things, type World } from './things.ts';

let victim: World;
let attacker: World;
let never: Things;
beforeAll(async () => {
  victim = await newWorld();
  attacker = await newWorld();
  never = neverMade(victim.things);
});

const GONE = ['404 not_found', '4404 not_found', '4404 Project not found', '4404 Task not found'];
/** Refusals that are not 404 and tell no more: of what a body mentions beside the thing that is asked. */
const MENTIONED: Readonly<Record<string, string>> = {
  // What became of each decision stands in the answer.
  'gates.decide gated': '200 not_found',
  'gates.delegate member': '400 delegate_not_eligible',
  'tasks.create held': '400 unknown_dependency',
  'tasks.create template': '400 invalid_request',
};
/** With a lease that is not that of the asker's own task, whose it is makes no difference. */
const NOT_HELD = [
  '403 not_lease_holder',
  '4403 not_lease_holder',
  '409 stale_epoch',
  '4409 stale_epoch',
];
/** People do not claim, and runners register no runners: said before anything is looked for. */
const OTHER_KIND = ['403 insufficient_scope', '4403 insufficient_scope'];

const NAMES = new Set(['environment', 'gate', 'agent', 'stage', 'artifact']);

interface Walk {
  readonly operation: Operation;
  readonly example: Example | undefined;
  /** What is foreign; all else is the attacker's own. */
  readonly foreign: readonly string[];
}

function walksOf(operation: Operation): readonly Walk[] {
  return examplesOf(operation).flatMap((example) => {
    const places = placesOf(operation, PROBE, example).filter((kind) => !NAMES.has(kind));
    const single = places.length > 1 ? places.map((place) => [place]) : [];
    return [places, ...single].map((foreign) => ({ operation, example, foreign }));
  });
}

const KINDS = [
  ...['project', 'environment', 'member', 'invitation', 'client', 'secret', 'token', 'grant'],
  ...['signin', 'passkey', 'held', 'gated', 'gate', 'parent', 'subtask', 'template', 'agent'],
  ...['artifact', 'runner', 'work', 'lease', 'deployment', 'stage', 'monitor', 'incident'],
  ...['standing', 'asked'],
];
// Only its members are looked at here.
const PROBE = Object.fromEntries(KINDS.map((kind) => [kind, kind])) as unknown as Things;

const WALKS = GUARDED.filter(({ door }) => door !== 'any').flatMap(walksOf);
const NAMING = WALKS.filter(({ foreign }) => foreign.length > 0);
const titled = NAMING.map((walk) => ({
  ...walk,
  title: `${walk.operation.method} ${walk.operation.path} with foreign ${walk.foreign.join(', ')}`,
}));

const mixed = (of: Things, foreign: readonly string[]): Things => ({
  ...attacker.things,
  ...Object.fromEntries(Object.entries(of).filter(([kind]) => foreign.includes(kind))),
});

function expectedOf({ operation, foreign }: Walk): readonly string[] {
  const mentioned = MENTIONED[`${operation.id} ${foreign.join()}`];
  if (mentioned !== undefined) return [mentioned];
  const isOwnTask = foreign.every((kind) => kind === 'lease' || kind === 'work');
  return isOwnTask ? [...GONE, ...NOT_HELD] : GONE;
}

/** A cookie where only that opens the door, and a runner too where runners come in. */
function askersOf({ door, scopes }: Operation) {
  if (door === 'cookie') return [{ cookie: attacker.cookie }];
  const person = { token: attacker.owner };
  return scopes.includes('tasks:run') ? [person, { token: attacker.runnerToken }] : [person];
}

describe('an owner of another project', () => {
  it.each(titled)('$title is told what one is told of nothing', async (walk) => {
    const { operation, example, foreign } = walk;
    const told = await Promise.all(
      askersOf(operation).map(async (asker) => {
        const [real, unreal] = [mixed(victim.things, foreign), mixed(never, foreign)];
        const heard = await askOf(operation, real, { ...asker, example });
        const nothing = await askOf(operation, unreal, { ...asker, example });
        expect(compared(heard, real)).toBe(compared(nothing, unreal));
        return `${heard.status} ${codeOf(heard)}`;
      }),
    );
    const expected = expectedOf(walk);
    for (const answer of told) expect([...expected, ...OTHER_KIND]).toContain(answer);
    expect(told.some((answer) => expected.includes(answer))).toBe(true);
  });

  const nameless = WALKS.filter(({ foreign }) => foreign.length === 0).map(
    (walk) => walk.operation,
  );
  it.each(nameless)(
    '$method $path, which names nothing, shows nothing of theirs',
    async (operation) => {
      const [asker] = askersOf(operation);
      const answer = await askOf(operation, attacker.things, { ...asker });
      expect(answer.status).toBeLessThan(300);
      for (const id of Object.values(victim.things)) {
        if (
          /^(prj|usr|sta|inv|cli|sec|tok|grt|sgn|psk|task|template|run|wrk|lse|dep|mon|inc)_/.test(
            id,
          )
        ) {
          expect(answer.text).not.toContain(id);
        }
      }
    },
  );
});
