import type { Endpoint } from '../../../../src/contract/webhook.ts';
import { Status } from '../../parts/status.tsx';

const REASONS = {
  manual: 'paused by a person',
  failing: 'disabled: it did nothing but fail',
  gone: 'disabled: it answered 410',
} as const;

/** Whether events go there, and why not. */
export function EndpointState({ endpoint }: { readonly endpoint: Endpoint }) {
  const { state, disabledReason } = endpoint;
  if (disabledReason === null) return <Status status={state} />;
  return (
    <Status status={disabledReason === 'manual' ? 'held' : state} text={REASONS[disabledReason]} />
  );
}
