// Along the history of the task: drag, and the whole page shows that moment.

import { useEffect, useRef } from 'preact/hooks';
import type { TaskStream } from '../../live/task-stream.ts';
import { Ago } from '../../parts/ago.tsx';
import { plain } from '../../parts/plain.ts';
import { Status } from '../../parts/status.tsx';
import { useKeys } from '../../shell/keys.ts';
import { type Phase, phasesOf, placeOf, seqAt } from '../../travel/phases.ts';
import { standingOf, type View } from './standing.ts';
import { sentenceOf } from './tabs/event-sentence.ts';
import { dragged, showMoment } from './travelling.ts';

/** So many steps of the slider are one phase. */
const STEPS = 1_000;

interface TravelBarProps {
  readonly stream: TaskStream;
  readonly view: View;
}

export function TravelBar({ stream, view }: TravelBarProps) {
  const { seq: last } = stream.line.value;
  const seq = Math.min(view.at ?? last, last);
  const phases = phasesOf(stream.version.value >= 0 ? stream.events : []);
  // Who presses a key twice at once goes two steps.
  const here = useRef(seq);
  here.current = seq;
  const go = (step: number): void => {
    const next =
      step < 0
        ? stream.events.findLast((event) => event.seq < here.current)
        : stream.events.find((event) => event.seq > here.current);
    if (next !== undefined) showMoment(next.seq);
  };
  useKeys(
    [
      { key: '[', does: 'Go to the change before', run: () => go(-1) },
      { key: ']', does: 'Go to the next change', run: () => go(1) },
    ],
    [],
  );
  const event = stream.events.findLast((one) => one.seq <= seq);
  const words = event === undefined ? '' : plain(`${event.type} ${sentenceOf(event)}`);
  return (
    <section class="card stack" aria-label="Time travel">
      <div class="row">
        <b>{seq >= last ? 'The last event' : 'An earlier moment'}</b>
        <Status {...standingOf(view.task)} />
        <span class="muted">
          after event {seq} of {last}
          {event !== undefined && (
            <>
              , <Ago at={event.timestamp} suffix=" ago" />: <code>{words}</code>
            </>
          )}
        </span>
        <span class="row push">
          <button type="button" aria-keyshortcuts="[" onClick={() => go(-1)}>
            Change before <kbd>[</kbd>
          </button>
          <button type="button" aria-keyshortcuts="]" onClick={() => go(1)}>
            Next change <kbd>]</kbd>
          </button>
          <button type="button" aria-keyshortcuts="t" onClick={() => showMoment(null)}>
            Back to now <kbd>T</kbd>
          </button>
        </span>
      </div>
      <Slider phases={phases} last={last} seq={seq} words={words} go={go} />
      <Phases phases={phases} seq={seq} />
    </section>
  );
}

interface SliderProps {
  readonly phases: readonly Phase[];
  readonly last: number;
  readonly seq: number;
  readonly words: string;
  readonly go: (step: number) => void;
}

/** Dragging shows every event; the arrow keys go from change to change. */
function Slider({ phases, last, seq, words, go }: SliderProps) {
  const ref = useRef<HTMLInputElement>(null);
  // Who asks for another moment moves by the arrow keys next.
  useEffect(() => ref.current?.focus(), []);
  return (
    <input
      ref={ref}
      type="range"
      aria-label="Moment"
      aria-valuetext={`After event ${seq}: ${words}`}
      min="0"
      max={phases.length * STEPS}
      value={Math.round(placeOf(phases, last, seq) * STEPS)}
      onInput={({ currentTarget }) => {
        dragged.value = seqAt(phases, last, Number(currentTarget.value) / STEPS);
      }}
      onChange={() => showMoment(dragged.value)}
      onKeyDown={(press) => {
        const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[press.key];
        if (step === undefined) return;
        press.preventDefault();
        go(step);
      }}
    />
  );
}

function Phases({ phases, seq }: Pick<SliderProps, 'phases' | 'seq'>) {
  const here = phases.findLast(({ from }) => from <= seq);
  return (
    <ol class="phases list small" aria-label="Phases">
      {phases.map((phase) => {
        const { name, kind, from } = phase;
        return (
          <li
            key={from}
            class={kind === 'gate' || kind === 'pause' ? 'wait' : 'busy'}
            aria-current={phase === here ? 'step' : undefined}
          >
            <button
              type="button"
              class="plain"
              title={plain(name)}
              onClick={() => showMoment(from)}
            >
              {plain(name)}
            </button>
          </li>
        );
      })}
    </ol>
  );
}
