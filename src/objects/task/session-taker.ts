import { EventsBody } from '../../contract/batch.ts';
import { ok, type Result, refuse } from '../../contract/error.ts';
import { HeartbeatBody, ReleaseBody } from '../../contract/lease.ts';
import type { TaskFrame } from '../../contract/session.ts';
import { ResultBody } from '../../contract/work.ts';
import type { Command } from '../../domain/command.ts';
import { readProduced } from '../../domain/produced.ts';
import type { TaskState } from '../../domain/task.ts';
import type { LeaseClock } from './lease-clock.ts';
import type { HolderFacts, LeaseDesk } from './lease-desk.ts';
import { checked, eventsOf, type ReadFrame } from './session-frames.ts';

interface Wiring {
  readonly desk: LeaseDesk;
  readonly clock: LeaseClock;
  readonly apply: (command: Command) => Result<number>;
}

/** What a frame came to: its answer, and whether the session has done its work with it. */
export interface Taken {
  readonly answer?: TaskFrame | Promise<TaskFrame>;
  readonly ends?: true;
}

type Members = ReadFrame['members'];

/** As the acknowledgements of a heartbeat have it. */
const ID_CHARS_MAX = 100;

/** Takes the frames of a lease holder, by the same rules as the HTTP twin of each. */
export class SessionTaker {
  readonly #wiring: Wiring;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  /** A refusal has changed nothing. `state` is the one that the holder was found fit for. */
  take(holder: HolderFacts, { t, members, fault }: ReadFrame, state: TaskState): Result<Taken> {
    if (!fault.ok) return fault;
    const body = { ...members, leaseId: holder.leaseId, epoch: holder.epoch };
    switch (t) {
      case 'events':
        return this.#events(holder, members);
      case 'hb':
        return this.#heartbeat(holder, { ...body, waitMs: 0 });
      case 'result':
        return this.#result(holder, body);
      case 'ack':
        return this.#acknowledge(members, state);
      case 'bye':
        return this.#leave(holder, body);
      default:
        return t satisfies never;
    }
  }

  #events(holder: HolderFacts, members: Members): Result<Taken> {
    const { leaseId, epoch, actor } = holder;
    const frame = { leaseId, epoch, producer: members['p'], events: eventsOf(members) };
    const body = checked(EventsBody, frame);
    if (!body.ok) return body;
    const now = Date.now();
    const events = readProduced(body.value.events, now);
    if (!events.ok) return events;
    const { producer } = body.value;
    const batch = { producer, events: events.value };
    const ingest = { type: 'ingest', now, actor, leaseId, epoch, ...batch } as const;
    const taken = this.#wiring.desk.ingest(ingest);
    if (!taken.ok) return taken;
    const { acked, seq } = taken.value;
    return ok({ answer: { t: 'ack', p: producer, n: acked, seq } });
  }

  #heartbeat({ actor }: HolderFacts, members: Members): Result<Taken> {
    const { desk } = this.#wiring;
    const body = checked(HeartbeatBody, members);
    if (!body.ok) return body;
    const beaten = desk.beat({ actor, body: body.value });
    if (!beaten.ok) return beaten;
    const heard = desk.heard(beaten.value);
    return ok({ answer: heard.then((answer) => ({ t: 'hb-ok', ...answer })) });
  }

  #result(holder: HolderFacts, members: Members): Result<Taken> {
    const { workId } = members;
    const body = checked(ResultBody, members);
    if (!body.ok) return body;
    if (typeof workId !== 'string') return refuse('not_found', 'Work not found');
    if (body.value.decompose !== undefined) {
      // What subtasks need to know, other objects are asked for, and a session never waits.
      return refuse('invalid_request', 'A result with subtasks is handed in over HTTP');
    }
    const { actor, leaseId, epoch } = holder;
    const finished = this.#wiring.desk.finishWork({
      type: 'finish-work',
      now: Date.now(),
      ...{ actor, leaseId, epoch, workId },
      result: body.value,
    });
    if (!finished.ok) return finished;
    const answer = { t: 'next', ...finished.value } as const;
    return ok(answer.next.do === 'stop' ? { answer, ends: true } : { answer });
  }

  #acknowledge({ id }: Members, state: TaskState): Result<Taken> {
    if (typeof id !== 'string' || id.length > ID_CHARS_MAX) {
      return refuse('invalid_request', `Id must be a string of ${ID_CHARS_MAX} characters or less`);
    }
    this.#wiring.clock.acknowledge(state, id, Date.now());
    return ok({});
  }

  #leave(holder: HolderFacts, members: Members): Result<Taken> {
    const body = checked(ReleaseBody, members);
    if (!body.ok) return body;
    const { reason } = body.value;
    const { actor, leaseId, epoch } = holder;
    const held = { actor, leaseId, epoch };
    const left = this.#wiring.apply({ type: 'release', now: Date.now(), ...held, reason });
    return left.ok ? ok({ ends: true }) : left;
  }
}
