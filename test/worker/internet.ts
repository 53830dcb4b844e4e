// What lies outside the Worker under test: see test/internet/serve.ts.

import { CONTROL, type Publication } from '../internet/serve.ts';

interface Visit {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const at = (url: string) => `${CONTROL}?url=${encodeURIComponent(url)}`;

/** Puts something at a URL, instead of what was there. */
export async function publish(url: string, publication: Publication): Promise<void> {
  await fetch(at(url), { method: 'POST', body: JSON.stringify(publication) });
}

/** Who came to URLs that begin so. */
export async function visitsTo(url: string): Promise<readonly Visit[]> {
  return (await fetch(at(url))).json<Visit[]>();
}
