import type { Deployment } from '../../../../src/contract/deployment.ts';
import type { Environment } from '../../../../src/contract/project.ts';
import { withQuery } from '../../api/ask.ts';
import { useListing } from '../../api/listing.ts';
import { projectId } from '../../api/session.ts';
import { useFresh } from '../../live/fresh.ts';
import { Ago } from '../../parts/ago.tsx';
import { InCode } from '../../parts/code.tsx';
import { Empty } from '../../parts/empty.tsx';
import { plain } from '../../parts/plain.ts';
import { Read } from '../../parts/read.tsx';
import { curlHere } from '../../parts/samples-here.ts';
import { Status } from '../../parts/status.tsx';
import { query } from '../../routing/place.ts';
import { Filter, useEnvironments } from './environment-field.tsx';
import { Stages, waitOf } from './stages.tsx';

const STATES = ['pending', 'running', 'ready', 'succeeded', 'failed', 'cancelled'] as const;

/** Opens a deployment, as a pipeline does. */
const openDeployment = (project: string | null) =>
  ({
    does: 'Open a deployment',
    method: 'POST',
    path: `/v1/projects/${project}/deployments`,
    body: {
      environment: 'staging',
      release: '1.0.0',
      stages: [{ name: 'build' }, { name: 'test' }],
    },
  }) as const;

/** Every deployment, newest first, beside what is live where. */
export function DeploymentList() {
  const project = projectId.value;
  const environments = useEnvironments();
  const [environment, state] = [query('environment'), query('state')];
  const path = project && `/v1/projects/${project}/deployments`;
  const list = useListing<Deployment>(path && withQuery(path, { environment, state }));
  useFresh(list.again, /^deployment\./);
  const call = openDeployment(project);
  return (
    <>
      <div class="row">
        <Filter
          name="environment"
          label="Environment"
          values={environments.map((one) => one.name)}
        />
        <Filter name="state" label="State" values={STATES} />
      </div>
      <Live environments={environments} rows={list.value.value ?? []} />
      <Read of={list}>
        {(rows) => {
          if (rows.length > 0)
            return rows.map((row) => (
              <DeploymentCard key={row.id} deployment={row} environments={environments} />
            ));
          if (environment + state !== '') return <p class="muted">No deployment is so.</p>;
          return (
            <Empty title="Nothing was deployed yet" command={curlHere(call)}>
              <p class="muted">Your pipeline opens a deployment and reports its stages:</p>
            </Empty>
          );
        }}
      </Read>
      {list.more.value !== null && (
        <button type="button" onClick={list.more.value}>
          25 more
        </button>
      )}
      <InCode calls={[call, { does: 'List the deployments', method: 'GET', path: call.path }]} />
    </>
  );
}

interface LiveProps {
  readonly environments: readonly Environment[];
  readonly rows: readonly Deployment[];
}

/** What is live where. */
function Live({ environments, rows }: LiveProps) {
  const live = environments.filter(({ currentDeploymentId }) => currentDeploymentId !== null);
  if (live.length === 0) return null;
  return (
    <p class="row">
      <strong>Live</strong>
      {live.map(({ name, currentDeploymentId: id }) => (
        <span key={name}>
          {plain(name)}{' '}
          <a href={`/console/deployments?deployment=${id}`}>
            {plain(rows.find((row) => row.id === id)?.release ?? id ?? '')}
          </a>
        </span>
      ))}
    </p>
  );
}

function DeploymentCard(props: {
  readonly deployment: Deployment;
  readonly environments: readonly Environment[];
}) {
  const { deployment, environments } = props;
  const { id, release, environment, state, createdAt, failure, source } = deployment;
  const isLive = environments.some(({ currentDeploymentId }) => currentDeploymentId === id);
  return (
    <article class="card stack" aria-label={plain(release ?? id)}>
      <div class="row">
        <a href={`/console/deployments?deployment=${id}`}>
          <strong>{plain(release ?? id)}</strong>
        </a>
        <Status status={state} />
        {isLive && <span class="ok">live</span>}
        <span class="muted">{plain(environment)}</span>
        {source.kind === 'promotion' && <span class="muted">the same artifacts again</span>}
        <span class="muted push">
          <Ago at={createdAt} suffix=" ago" />
        </span>
      </div>
      <Stages stages={deployment.stages} isBrief />
      {waitOf(deployment) !== '' && <p class="wait">{waitOf(deployment)}</p>}
      {failure !== null && <p class="bad">{plain(`${failure.stage}: ${failure.summary}`)}</p>}
    </article>
  );
}
