/** Statuses that pass: what is asked was right, or will be later. */
const PASSING: ReadonlySet<number> = new Set([426, 429]);
const ANSWER_MS_MAX = 5_000;

/**
 * Why the server refuses the socket, for a refused upgrade does not say; undefined where it is away or another try may
 * do. The same question without an upgrade is refused by the same rules, or for want of the upgrade alone.
 */
export const refusalOf = async (
  url: string,
  token: string | undefined,
  signal: AbortSignal,
): Promise<string | undefined> => {
  try {
    const answer = await fetch(url, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS_MAX)]),
    });
    const text = await answer.text();
    if (answer.status >= 500 || PASSING.has(answer.status)) return undefined;
    return errorIn(text) ?? `The server answers ${answer.status} and no socket.`;
  } catch {
    return undefined;
  }
};

const errorIn = (text: string): string | undefined => {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === 'string' ? error : undefined;
  } catch {
    return undefined;
  }
};
