// Where the reader is: the fragment of the address names an operation, an event, a schema or a refusal.

import { useEffect, useState } from 'preact/hooks';

/** The skip link leads to this place of every page. */
const MAIN = 'main';
const HOME = 'home';

const read = (): string => location.hash.slice(1) || HOME;

/** What is shown: an `operationId`, `schema:Task`, `event:task.completed`, `refusal:not_found`, or `home`. */
export function usePlace(): string {
  const [place, setPlace] = useState(read() === MAIN ? HOME : read());
  useEffect(() => {
    const follow = (): void => {
      if (read() !== MAIN) setPlace(read());
    };
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return place;
}
