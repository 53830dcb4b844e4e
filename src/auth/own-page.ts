// Whether a page of this server asks, or another: a browser sends a cookie along with what any page asks for.

export interface PageFacts {
  readonly origin?: string | undefined;
  readonly fetchSite?: string | undefined;
  readonly fetchMode?: string | undefined;
}

/** True only where the browser says so. A page that names no referrer posts its form with `Origin: null`. */
export const isFromOwnPage = ({ origin, fetchSite }: PageFacts, own: string): boolean =>
  fetchSite === 'same-origin' || origin === own;

/** True where the browser says that another page asks; following a link of another page is no asking of that page. */
export function isFromForeignPage(facts: PageFacts, own: string): boolean {
  const { origin, fetchSite, fetchMode } = facts;
  if (isFromOwnPage(facts, own)) return false;
  if (origin !== undefined) return true;
  return fetchSite !== undefined && fetchSite !== 'none' && fetchMode !== 'navigate';
}
