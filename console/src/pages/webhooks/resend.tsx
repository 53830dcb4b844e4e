import type { Redelivered } from '../../../../src/contract/webhook-delivery.ts';
import { post } from '../../api/ask.ts';
import { Act } from '../../parts/act.tsx';
import { go } from '../../routing/place.ts';

interface ResendProps {
  readonly endpointId: string;
  readonly id: string;
  /** Where one can watch it. */
  readonly href: string;
  readonly done?: () => void;
}

/** Sends a delivery again, now, and shows it. */
export function Resend({ endpointId, id, href, done }: ResendProps) {
  return (
    <Act
      ask={() => post<Redelivered>(`/v1/webhooks/${endpointId}/deliveries/${id}/redeliver`)}
      done={() => {
        go(href);
        done?.();
      }}
    >
      Send again
    </Act>
  );
}
