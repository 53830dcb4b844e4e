// The inbox: every gate that waits, in one list, each decided in its place.

import type { FunctionComponent } from 'preact';
import { useLoaded } from '../../parts/loaded.ts';
import { query, setQuery } from '../../routing/place.ts';
import './inbox.css';
import { VIEWS } from './views.ts';
import { WaitingView } from './waiting-view.tsx';

/** Views that few open are loaded by who opens them. */
const OTHERS: Readonly<Record<string, () => Promise<FunctionComponent>>> = {
  decided: () => import('./decided-view.tsx').then(({ DecidedView }) => DecidedView),
  standing: () => import('./standing-view.tsx').then(({ StandingView }) => StandingView),
};

export function Page(_: { readonly id: string }) {
  const view = query('view');
  return (
    <>
      <div class="row">
        <h1>Inbox</h1>
        <fieldset class="row" aria-label="What is shown">
          {VIEWS.map(({ view: one, name }) => (
            <button
              key={one}
              type="button"
              aria-pressed={one === view}
              onClick={() => setQuery({ view: one, gate: null }, { replace: false })}
            >
              {name}
            </button>
          ))}
        </fieldset>
      </div>
      {OTHERS[view] === undefined ? <WaitingView /> : <Other key={view} load={OTHERS[view]} />}
    </>
  );
}

function Other({ load }: { readonly load: () => Promise<FunctionComponent> }) {
  const View = useLoaded(load);
  return View === null ? <p class="muted">reading…</p> : <View />;
}
