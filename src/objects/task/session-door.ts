import { ERRORS, type Result } from '../../contract/error.ts';
import type { Actor } from '../../contract/principal.ts';
import type { HolderFacts } from './lease-desk.ts';
import { ACTOR_HEADER } from './task-reader.ts';

/** Whether an upgrade asks for a session; the others are viewers. */
export const asksForSession = ({ pathname }: URL): boolean => pathname.endsWith('/session');

/** Who opens a session, and under which lease. The Worker has checked the credential and the form of the query. */
function holderOf(request: Request, { searchParams }: URL): HolderFacts {
  const actor = decodeURIComponent(request.headers.get(ACTOR_HEADER) ?? '');
  return {
    // Written by the Worker, which alone reaches an object.
    actor: JSON.parse(actor) as Actor,
    leaseId: searchParams.get('leaseId') ?? '',
    epoch: Number(searchParams.get('epoch')),
  };
}

/**
 * Opens a session, or answers why not. A refusal goes back to the Worker, which says it over a socket of its own: one
 * that is handed over and closed before its client has spoken stays half open until the object sleeps.
 */
export function openSession(
  request: Request,
  url: URL,
  open: (holder: HolderFacts) => Result<Response>,
): Response {
  const opened = open(holderOf(request, url));
  if (opened.ok) return opened.value;
  return Response.json(opened.refusal, { status: ERRORS[opened.refusal.code].status });
}
