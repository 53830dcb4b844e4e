// The inbox: every gate that waits, in one list, each decided in its place.

import type { FunctionComponent } from 'preact';
import { later } from '../../parts/later.tsx';
import { query, setQuery } from '../../routing/place.ts';
import './inbox.css';
import { VIEWS } from './views.ts';

const WAITING = later(() => import('./waiting-view.tsx').then(({ WaitingView }) => WaitingView));

/** What the other views show, loaded by who opens them. */
const SHOWN: ReadonlyMap<string, FunctionComponent> = new Map([
  ['decided', later(() => import('./decided-view.tsx').then(({ DecidedView }) => DecidedView))],
  ['standing', later(() => import('./standing-view.tsx').then(({ StandingView }) => StandingView))],
]);

export function Page(_: { readonly id: string }) {
  const view = query('view');
  const Shown = SHOWN.get(view) ?? WAITING;
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
      <Shown key={view === 'all' ? '' : view} />
    </>
  );
}
