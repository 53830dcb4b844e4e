import type { ComponentChildren } from 'preact';
import type { Deployment } from '../../../../src/contract/deployment.ts';
import { useNames } from '../../api/names.ts';
import { useReading } from '../../api/read.ts';
import { useFresh } from '../../live/fresh.ts';
import { Ago } from '../../parts/ago.tsx';
import { InCode } from '../../parts/code.tsx';
import { CopyId } from '../../parts/copy.tsx';
import { later } from '../../parts/later.tsx';
import { bytes } from '../../parts/number.ts';
import { Out } from '../../parts/out.tsx';
import { plain } from '../../parts/plain.ts';
import { Read } from '../../parts/read.tsx';
import { Status } from '../../parts/status.tsx';
import { Table } from '../../parts/table.tsx';
import { Stages, waitOf } from './stages.tsx';

const DeploymentActs = later(() =>
  import('./deployment-acts.tsx').then((file) => file.DeploymentActs),
);

/** One deployment: its stages, what it brings, who has approved it, and why it failed. */
export function DeploymentView({ id }: { readonly id: string }) {
  const deployment = useReading<Deployment>(`/v1/deployments/${id}`);
  useFresh(deployment.again, /^deployment\./);
  const path = `/v1/deployments/${id}`;
  return (
    <>
      <p class="muted">
        <a href="/console/deployments">Deployments</a>
      </p>
      {deployment.value.value === null && <h1>Deployment</h1>}
      <Read of={deployment}>
        {(one) => (
          <>
            <div class="row">
              <h1>{plain(one.release ?? one.id)}</h1>
              <Status status={one.state} />
              <span class="muted">{plain(one.environment)}</span>
              <CopyId id={id} />
            </div>
            <DeploymentActs deployment={one} again={deployment.again} />
            {waitOf(one) !== '' && <p class="wait">{waitOf(one)}</p>}
            <Failure failure={one.failure} />
            <div class="columns">
              <div class="stack">
                <h2>Stages</h2>
                <Stages stages={one.stages} />
                <Artifacts artifacts={one.artifacts} />
              </div>
              <Facts deployment={one} />
            </div>
          </>
        )}
      </Read>
      <InCode
        calls={[
          { does: 'Read this deployment', method: 'GET', path },
          {
            does: 'Report a stage',
            method: 'PUT',
            path: `${path}/stages/build`,
            body: { state: 'running' },
          },
          { does: 'Promote or approve it', method: 'POST', path: `${path}/promote`, body: {} },
          { does: 'Roll back to it', method: 'POST', path: `${path}/redeploy`, body: {} },
        ]}
      />
    </>
  );
}

function Failure({ failure }: Pick<Deployment, 'failure'>) {
  if (failure === null) return null;
  const { stage, summary, remediation, logUrl, at, detectedBy } = failure;
  return (
    <section class="panel stack" aria-label="Failure">
      <p class="bad">{plain(`${stage}: ${summary}`)}</p>
      <ol>
        {remediation.map((step) => (
          <li key={step}>{plain(step)}</li>
        ))}
      </ol>
      <p class="muted">
        Found by {detectedBy} <Ago at={at} suffix=" ago" />.{' '}
        {logUrl !== null && <Out url={logUrl} text="Log" />}
      </p>
    </section>
  );
}

function Artifacts({ artifacts }: Pick<Deployment, 'artifacts'>) {
  if (artifacts.length === 0) return <p class="muted">No artifacts.</p>;
  return (
    <>
      <h2>Artifacts</h2>
      <Table label="Artifacts" heads={['Name', 'Kind', 'Size', 'Where', 'Digest']}>
        {artifacts.map(({ id, name, kind, uri, digest, sizeBytes }) => (
          <tr key={id}>
            <th scope="row">{plain(name)}</th>
            <td>{kind}</td>
            <td class="number">{sizeBytes === null ? '–' : bytes(sizeBytes)}</td>
            <td>
              <Out url={uri} />
            </td>
            <td>
              <CopyId id={digest} />
            </td>
          </tr>
        ))}
      </Table>
    </>
  );
}

function Facts({ deployment }: { readonly deployment: Deployment }) {
  const { source, approval, createdBy, createdAt, promotedAt, promotedBy, deadlineAt } = deployment;
  const nameOf = useNames(deployment.projectId);
  const text = [source.repository, source.branch, source.commit].filter((one) => one !== null);
  return (
    <dl class="facts panel">
      <Fact name="From">
        {source.kind}
        {text.length > 0 && ` · ${plain(text.join(' · '))}`}{' '}
        {source.url !== null && <Out url={source.url} text="Run" />}
        {source.taskId !== null && <a href={`/console/tasks/${source.taskId}`}>Task</a>}
        {source.deploymentId !== null && (
          <a href={`/console/deployments?deployment=${source.deploymentId}`}>Deployment</a>
        )}
      </Fact>
      <Fact name="Opened">
        <Ago at={createdAt} suffix=" ago" /> by {plain(nameOf(createdBy))}
      </Fact>
      {promotedAt !== null && (
        <Fact name="Live since">
          <Ago at={promotedAt} suffix=" ago" /> by{' '}
          {promotedBy === null ? 'itself' : plain(nameOf(promotedBy))}
        </Fact>
      )}
      {deployment.finishedAt === null && (
        <Fact name="Deadline">
          <Ago at={deadlineAt} suffix=" ago" />
        </Fact>
      )}
      {approval?.votes.map(({ approverId, approver, at }) => (
        <Fact key={approverId} name="Approved by">
          {plain(approver)} <Ago at={at} suffix=" ago" />
        </Fact>
      ))}
    </dl>
  );
}

function Fact(props: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}
