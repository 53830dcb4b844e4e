// How live the page is, which project is shown and who is here, at the end of the navigation, and the keys that lead to each
// page. Loaded after the page.

import { useEffect } from 'preact/hooks';
import type { Listing } from '../../../src/contract/listing.ts';
import type { Project } from '../../../src/contract/project.ts';
import { useReading } from '../api/read.ts';
import { me, projectId } from '../api/session.ts';
import { plain } from '../parts/plain.ts';
import { go, place } from '../routing/place.ts';
import { addKeys } from './keys.ts';
import { LiveMark } from './live-mark.tsx';
import { PAGE_KEYS } from './page-keys.ts';

const PROJECTS_MAX = 100;
const ALL = '/console/projects';

/** Shows another project: the same page, or the board where the page is of one task or one endpoint. */
export function showProject(id: string): void {
  const page = /^\/console\/\w*$/.exec(place.peek().pathname)?.[0] ?? '/console/';
  go(`${page}?project=${id}`);
}

export function Here() {
  useEffect(() => addKeys(PAGE_KEYS, true), []);
  const shown = projectId.value;
  // A project that has just been made is not among those that were read.
  const { value, again } = useReading<Listing<Project>>(`/v1/projects?limit=${PROJECTS_MAX}`);
  const projects = value.value?.data ?? [];
  const isKnown = projects.some(({ id }) => id === shown);
  const { pathname } = place.value;
  useEffect(() => {
    if (value.peek() !== null && !isKnown) again();
  }, [shown]);
  useEffect(() => {
    // On a phone the navigation is wider than the screen.
    const link = document.querySelector('.nav [aria-current]');
    link?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [pathname]);
  return (
    <>
      <LiveMark />
      <select
        aria-label="Project"
        value={shown ?? ''}
        onChange={({ currentTarget }) => {
          const chosen = currentTarget.value;
          currentTarget.value = shown ?? '';
          if (chosen === ALL) go(ALL);
          else showProject(chosen);
        }}
      >
        {!isKnown && (
          <option value={shown ?? ''}>{value.value === null ? 'reading…' : shown}</option>
        )}
        {projects.map(({ id, name }) => (
          <option key={id} value={id}>
            {plain(name)}
          </option>
        ))}
        <option value={ALL}>All projects…</option>
      </select>
      {me.value?.authMode !== 'open' && (
        <a class="wide-only" href="/signin/account" title="Your sign-in, and how to end it">
          {plain(me.value?.principal.name ?? '')}
        </a>
      )}
    </>
  );
}
