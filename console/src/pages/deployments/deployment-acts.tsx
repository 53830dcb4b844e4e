import { useState } from 'preact/hooks';
import type { Deployment } from '../../../../src/contract/deployment.ts';
import { post } from '../../api/ask.ts';
import { Act } from '../../parts/act.tsx';
import { useAsking } from '../../parts/asking.ts';
import { Choice } from '../../parts/choice.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Form } from '../../parts/form.tsx';
import { Sure } from '../../parts/sure.tsx';
import { Why } from '../../parts/why.tsx';
import { go } from '../../routing/place.ts';
import { say } from '../../shell/toast.tsx';
import { useEnvironments } from './environment-field.tsx';

interface ActsProps {
  readonly deployment: Deployment;
  readonly again: () => void;
}

/** What can be done to a deployment as it is. */
export function DeploymentActs({ deployment, again }: ActsProps) {
  const { id, state } = deployment;
  const isOpen = state === 'pending' || state === 'running' || state === 'ready';
  return (
    <div class="row">
      {state === 'ready' && <Promote deployment={deployment} again={again} />}
      {isOpen && (
        <Sure
          title="Cancel this deployment?"
          text="It is not promoted, and its pipeline is told so when it reports next."
          ask={() => post<Deployment>(`/v1/deployments/${id}/cancel`)}
          done={again}
        >
          Cancel
        </Sure>
      )}
      {state === 'succeeded' && <Again deployment={deployment} />}
    </div>
  );
}

/** Exactly what was seen is promoted: the revision goes with the request. */
function Promote({ deployment, again }: ActsProps) {
  const { id, revision, approval } = deployment;
  const { isAsking, refusal, run } = useAsking();
  const promote = (force: boolean): void =>
    void run(
      () =>
        post<Deployment>(
          `/v1/deployments/${id}/promote`,
          { force },
          { headers: { 'If-Match': `"v${revision}"` } },
        ),
      ({ state }) => {
        say(state === 'succeeded' ? 'It is live.' : 'Your approval is noted.');
        again();
      },
    );
  return (
    <>
      <button type="button" class="main" disabled={isAsking} onClick={() => promote(false)}>
        {approval === null ? 'Promote' : 'Approve'}
      </button>
      <Why refusal={refusal} />
      {refusal?.code === 'newer_deployment_live' && (
        <button type="button" disabled={isAsking} onClick={() => promote(true)}>
          Replace the newer one
        </button>
      )}
    </>
  );
}

/** The same artifacts once more: here, which is a rollback where a newer one is live, or elsewhere. */
function Again({ deployment }: Pick<ActsProps, 'deployment'>) {
  const { id, environment, supersededBy } = deployment;
  const [isOpen, setOpen] = useState(false);
  const environments = useEnvironments();
  const path = `/v1/deployments/${id}/redeploy`;
  const show = (made: Deployment): void => {
    setOpen(false);
    go(`/console/deployments?deployment=${made.id}`);
  };
  return (
    <>
      <Act ask={() => post<Deployment>(path)} done={show}>
        {supersededBy === null ? 'Deploy again' : 'Roll back to this'}
      </Act>
      <button type="button" onClick={() => setOpen(true)}>
        Take over…
      </button>
      {isOpen && (
        <Dialog title="Take over into another environment" close={() => setOpen(false)}>
          <p>The same artifacts are promoted there, by the rules of that environment.</p>
          <Form
            ask={(fields) => post<Deployment>(path, { environment: fields.text('environment') })}
            send="Take over"
            done={show}
          >
            <Choice
              label="Environment"
              name="environment"
              value=""
              options={environments.map(({ name }) => name).filter((name) => name !== environment)}
            />
          </Form>
        </Dialog>
      )}
    </>
  );
}
