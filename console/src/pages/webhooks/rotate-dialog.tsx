import { useState } from 'preact/hooks';
import type { Endpoint, Rotated } from '../../../../src/contract/webhook.ts';
import { post } from '../../api/ask.ts';
import { Ago } from '../../parts/ago.tsx';
import { Choice } from '../../parts/choice.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Form } from '../../parts/form.tsx';
import { ShownSecret } from './shown-secret.tsx';

interface RotateProps {
  readonly endpoint: Endpoint;
  readonly close: () => void;
  readonly done: () => void;
}

/** A new secret; for a while both sign, so that no delivery fails while the receiver changes over. */
export function RotateDialog({ endpoint, close, done }: RotateProps) {
  const [rotated, setRotated] = useState<Rotated | null>(null);
  return (
    <Dialog title="Change the secret" close={close}>
      {rotated === null ? (
        <Form
          ask={(fields) =>
            post<Rotated>(`/v1/webhooks/${endpoint.id}/rotate`, {
              graceSeconds: fields.number('graceSeconds'),
            })
          }
          send="Make a new secret"
          done={(value) => {
            setRotated(value);
            done();
          }}
        >
          <p>
            The present one is <code>{endpoint.secretHint}</code>. Every delivery carries a
            signature of both until the overlap ends.
          </p>
          <Choice
            label="Overlap"
            name="graceSeconds"
            value="86400"
            options={[
              ['0', 'none: the old secret is dead at once'],
              ['3600', 'an hour'],
              ['86400', 'a day'],
              ['604800', 'a week'],
            ]}
          />
        </Form>
      ) : (
        <>
          <ShownSecret secret={rotated.secret} />
          <p class="muted">
            The old one signs, too, until it ends <Ago at={rotated.previousUntil} suffix=" ago" />.
          </p>
        </>
      )}
    </Dialog>
  );
}
