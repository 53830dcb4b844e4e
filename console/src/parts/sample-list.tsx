import { useState } from 'preact/hooks';
import { copy } from './copy.tsx';
import type { Call } from './samples.ts';
import { samplesHere } from './samples-here.ts';
import { visible } from './visible.ts';

/** Requests as commands, in one language at a time. */
export function SampleList({ calls }: { readonly calls: readonly Call[] }) {
  const [tab, setTab] = useState<'curl' | 'cli'>('curl');
  return (
    <>
      <fieldset aria-label="Language">
        {(['curl', 'cli'] as const).map((name) => (
          <button key={name} type="button" aria-pressed={tab === name} onClick={() => setTab(name)}>
            {name === 'cli' ? 'sluice' : name}
          </button>
        ))}
      </fieldset>
      {calls.map((call) => (
        <Sample key={call.does} call={call} tab={tab} />
      ))}
    </>
  );
}

function Sample({ call, tab }: { readonly call: Call; readonly tab: 'curl' | 'cli' }) {
  const said = samplesHere(call)[tab];
  // What others have written stands in a body, which is JSON, where it means the same: shown and copied is one text.
  const text = said && visible(said);
  return (
    <figure>
      <figcaption>
        {call.does}
        {text !== null && (
          <button type="button" class="plain" onClick={() => void copy(text, 'The command')}>
            Copy
          </button>
        )}
      </figcaption>
      {text === null ? (
        <p class="muted">
          {tab === 'cli'
            ? 'The command line has no word of its own for this: use curl.'
            : 'No single request does this: use sluice.'}
        </p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long line is scrolled by keyboard.
        <pre tabIndex={0}>{text}</pre>
      )}
    </figure>
  );
}
