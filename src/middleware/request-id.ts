// The id of a request, `req_…`, is ours: a client's own need not be unique. A good one is logged beside it when there is
// something to log.

const CLIENT_REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** The id that the client gave to its request, if it is fit for a log. */
export function clientRequestId(header: string | undefined): string | undefined {
  return header !== undefined && CLIENT_REQUEST_ID.test(header) ? header : undefined;
}
