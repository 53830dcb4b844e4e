import { useState } from 'preact/hooks';
import type { Environment } from '../../../../src/contract/project.ts';
import { ask } from '../../api/ask.ts';
import { InCode } from '../../parts/code.tsx';
import { clockOf } from '../../parts/duration.ts';
import { later } from '../../parts/later.tsx';
import { plain } from '../../parts/plain.ts';
import { Status } from '../../parts/status.tsx';
import { Sure } from '../../parts/sure.tsx';
import { Table } from '../../parts/table.tsx';
import { ifMatch, mayManage, type Shown } from './shown.ts';

const EnvironmentForm = later(() =>
  import('./environment-form.tsx').then(({ EnvironmentForm: form }) => form),
);

export function Environments({ project, again }: Shown) {
  const [opened, setOpened] = useState<Environment | 'new' | null>(null);
  const path = `/v1/projects/${project.id}/environments`;
  const isManager = mayManage(project);
  const done = (): void => {
    setOpened(null);
    again();
  };
  return (
    <>
      <div class="row">
        <p class="muted">
          Where it is deployed, and what is asked before something is promoted there.
        </p>
        {isManager && (
          <button type="button" class="main push" onClick={() => setOpened('new')}>
            New environment
          </button>
        )}
      </div>
      <Table label="Environments" heads={['Environment', 'Protection', 'Approval', 'Live', '']}>
        {project.environments.map((environment) => (
          <Row
            key={environment.name}
            environment={environment}
            project={project}
            open={setOpened}
            done={done}
          />
        ))}
      </Table>
      {opened !== null && (
        <EnvironmentForm
          project={project}
          environment={opened === 'new' ? null : opened}
          close={() => setOpened(null)}
          done={done}
        />
      )}
      <InCode
        calls={[
          { does: 'List the environments', method: 'GET', path },
          {
            does: 'Protect production',
            method: 'PATCH',
            path: `${path}/production`,
            ...ifMatch(project),
            body: { protected: true, approval: { required: 2, from: ['role:project-admin'] } },
          },
        ]}
      />
    </>
  );
}

interface RowProps {
  readonly environment: Environment;
  readonly project: Shown['project'];
  readonly open: (environment: Environment) => void;
  readonly done: () => void;
}

function Row({ environment, project, open, done }: RowProps) {
  return (
    <tr>
      <th scope="row">
        {environment.name}{' '}
        {environment.name === project.defaultEnvironment && <span class="muted">default</span>}
        <Address url={environment.url} />
      </th>
      <td>
        {environment.protected ? (
          <Status status="completed" text="protected" />
        ) : (
          <Status status="offline" text="open" />
        )}
        {environment.isProduction && <div class="small muted">production</div>}
      </td>
      <td>{environment.protected ? approvalOf(environment) : 'none'}</td>
      <td>{environment.currentDeploymentId === null ? 'nothing' : <Live {...environment} />}</td>
      <td>
        {mayManage(project) && (
          <div class="row">
            <button
              type="button"
              aria-label={`Change ${environment.name}`}
              onClick={() => open(environment)}
            >
              Change
            </button>
            <Sure
              label={`Remove ${environment.name}`}
              title={`Remove ${environment.name}?`}
              text="What was deployed there stays in the record."
              ask={() =>
                ask(
                  'DELETE',
                  `/v1/projects/${project.id}/environments/${environment.name}`,
                  ifMatch(project),
                )
              }
              done={done}
            >
              Remove
            </Sure>
          </div>
        )}
      </td>
    </tr>
  );
}

function Address({ url }: { readonly url: string | null }) {
  if (url === null || !/^https?:/.test(url)) return null;
  return (
    <div class="small">
      <a href={url} target="_blank" rel="noopener noreferrer">
        {plain(url)}
      </a>
    </div>
  );
}

function Live({ currentDeploymentId }: Environment) {
  return (
    <a href={`/console/deployments?deployment=${currentDeploymentId}`}>{currentDeploymentId}</a>
  );
}

/** What a protected environment asks for, in a sentence. */
function approvalOf({ approval }: Environment): string {
  if (approval === null) return '1 approval, within a week';
  const { required, from, waitSeconds, preventSelfApproval } = approval;
  return [
    `${required} of ${from === null ? 'whoever may decide gates' : from.map(plain).join(', ')}`,
    ...(waitSeconds > 0
      ? [`no earlier than ${clockOf(waitSeconds * 1_000)} after it is asked`]
      : []),
    ...(preventSelfApproval === true ? ['not who asks'] : []),
  ].join('; ');
}
