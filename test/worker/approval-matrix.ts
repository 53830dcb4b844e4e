// Who is answered what at a gate: eight kinds of principal, at a task of their own and at another one, with the hash of
// the action as it is and with another one, the first time and the second.

export const PRINCIPALS = [
  'owner',
  'project-admin',
  'developer',
  'viewer',
  'service',
  'runner',
  'agent',
  'person through an act chain',
] as const;
export type Principal = (typeof PRINCIPALS)[number];

export const PLACES = ['own', 'other'] as const;
export const HASHES = ['fresh', 'stale'] as const;
export const ACTS = ['approves', 'uses'] as const;

/** What the first time is answered, and what the second. */
export type Cell = readonly [first: string, second: string];
type Row = Readonly<Record<(typeof HASHES)[number], Cell>>;
type Rows = Readonly<Record<(typeof PLACES)[number], Row>>;
export type Table = Readonly<Record<(typeof ACTS)[number], Readonly<Record<Principal, Rows>>>>;

const twice = (answer: string): Cell => [answer, answer];
const whatever = (answer: string): Row => ({ fresh: twice(answer), stale: twice(answer) });
const everywhere = (answer: string): Rows => ({ own: whatever(answer), other: whatever(answer) });

const HUMAN = everywhere('403 human_required');
const UNKNOWN = whatever('404 not_found');

/** The same vote twice is one vote; for what somebody has not seen they do not vote. */
const approver: Rows = {
  own: { fresh: twice('200'), stale: twice('409 action_changed') },
  other: UNKNOWN,
};
/** Whoever may work on tasks here, and does not hold this one. */
const bystander: Rows = { own: whatever('403 not_lease_holder'), other: UNKNOWN };
const viewer: Rows = { own: whatever('403 role_too_low'), other: UNKNOWN };

export const MATRIX: Table = {
  approves: {
    owner: approver,
    'project-admin': approver,
    developer: approver,
    viewer,
    service: HUMAN,
    runner: HUMAN,
    agent: everywhere('403 agent_forbidden'),
    'person through an act chain': HUMAN,
  },
  uses: {
    owner: bystander,
    'project-admin': bystander,
    developer: bystander,
    viewer,
    service: bystander,
    runner: {
      own: { fresh: ['200', '409 gate_consumed'], stale: twice('409 action_mismatch') },
      other: whatever('403 not_lease_holder'),
    },
    agent: everywhere('403 agent_forbidden'),
    'person through an act chain': bystander,
  },
};

/** Every cell, in one line each. */
export const CELLS = ACTS.flatMap((act) =>
  PRINCIPALS.flatMap((principal) =>
    PLACES.flatMap((place) =>
      HASHES.map((hash) => ({
        act,
        principal,
        place,
        hash,
        cell: MATRIX[act][principal][place][hash],
      })),
    ),
  ),
);
