// One delivery, followed for as long as something is about to happen to it.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { WholeDelivery } from '../../../../src/contract/delivery.ts';
import { get, type Refusal } from '../../api/ask.ts';

/** The server waits so long for the next attempt before it answers. */
const WAIT_SECONDS = 20;
/** A try that is further away is not waited for. */
const SOON_MS = 60_000;

interface Followed {
  readonly delivery: WholeDelivery | null;
  readonly refusal: Refusal | null;
  /** An attempt is being waited for. */
  readonly isWaiting: boolean;
  /** Reads it again; `expects`: a further attempt is under way. */
  readonly again: (expects?: boolean) => void;
}

/** Reads a delivery, and again with each attempt that is near. */
export function useDelivery(endpointId: string, id: string): Followed {
  const [state, setState] = useState<Omit<Followed, 'again'>>({
    ...{ delivery: null, refusal: null, isWaiting: false },
  });
  const asked = useRef<AbortController | null>(null);
  const path = `/v1/webhooks/${endpointId}/deliveries/${id}`;

  const follow = async (known: WholeDelivery | null): Promise<void> => {
    asked.current?.abort();
    const controller = new AbortController();
    asked.current = controller;
    let last = known;
    do {
      const wait = last === null ? '' : `?after=${numberOf(last)}&wait=${WAIT_SECONDS}`;
      const answer = await get<WholeDelivery>(path + wait, { signal: controller.signal });
      if (!answer.ok) {
        setState({ delivery: last, refusal: answer.refusal, isWaiting: false });
        return;
      }
      last = answer.value;
      setState({ delivery: last, refusal: null, isWaiting: isNear(last) });
    } while (isNear(last));
  };
  const again = (expects = false): void => {
    setState((before) => ({ ...before, isWaiting: true }));
    // The page was left, or it is read anew.
    void follow(expects ? state.delivery : null).catch(() => {});
  };
  useEffect(() => {
    again();
    return () => asked.current?.abort();
  }, [path]);
  return { ...state, again };
}

const numberOf = ({ attempts }: WholeDelivery): number => attempts.at(-1)?.n ?? 0;

function isNear({ state, attempts }: WholeDelivery): boolean {
  if (state === 'pending') return true;
  const nextAt = attempts.at(-1)?.nextAt ?? null;
  return nextAt !== null && Date.parse(nextAt) - Date.now() < SOON_MS;
}
