// The history of a task as a row of phases, each as wide as any other: a stage that said ten thousand lines is no wider than
// a gate that waited for a day without a word. Pure.

import type { OtherEvent } from '../live/task-stream.ts';

export interface Phase {
  readonly name: string;
  readonly kind: 'stage' | 'gate' | 'pause' | 'end' | 'queue';
  /** Its first event. */
  readonly from: number;
}

/** What was begun with each of them; a phase that is begun again while it lasts is one. */
export function phasesOf(events: readonly OtherEvent[]): readonly Phase[] {
  const phases: Phase[] = [];
  for (const event of events) {
    const begun = begunBy(event);
    const last = phases.at(-1);
    if (begun === null || (last?.name === begun.name && last.kind === begun.kind)) continue;
    phases.push({ ...begun, from: event.seq });
  }
  return phases;
}

function begunBy({ type, data }: OtherEvent): Omit<Phase, 'from'> | null {
  switch (type) {
    case 'task:created':
    case 'task:queued':
    case 'task:resumed':
    case 'task:retried':
      return { name: 'queued', kind: 'queue' };
    case 'task:stage-changed':
      return data.stage === undefined ? null : { name: data.stage, kind: 'stage' };
    case 'work:given':
      // A stage that is given is begun by the event after it.
      return data.kind === 'stage' ? null : { name: data.kind, kind: 'stage' };
    case 'gate:required':
      return { name: `${data.gateName} gate`, kind: 'gate' };
    case 'task:paused':
      return { name: 'paused', kind: 'pause' };
    case 'task:completed':
    case 'task:failed':
    case 'task:cancelled':
      return { name: data.status, kind: 'end' };
    default:
      return null;
  }
}

/** Where in the row an event is: 0 is its beginning, and each phase is 1 wide. */
export function placeOf(phases: readonly Phase[], last: number, seq: number): number {
  if (seq >= last) return phases.length;
  const index = phases.findLastIndex(({ from }) => from <= seq);
  if (index === -1) return 0;
  const [from, to] = edges(phases, last, index);
  return index + (seq - from) / Math.max(1, to - from);
}

/** The event at a place of the row. */
export function seqAt(phases: readonly Phase[], last: number, place: number): number {
  const index = Math.min(phases.length - 1, Math.max(0, Math.floor(place)));
  const [from, to] = edges(phases, last, index);
  return Math.min(last, Math.round(from + (place - index) * (to - from)));
}

/** The first event of a phase and that of the next, or the last one of all. */
const edges = (
  phases: readonly Phase[],
  last: number,
  index: number,
): readonly [number, number] => [phases[index]?.from ?? 1, phases[index + 1]?.from ?? last];
