import type { Agent, Workflow } from '../../../../src/contract/workflow.ts';
import { useReading } from '../../api/read.ts';
import { InCode } from '../../parts/code.tsx';
import { roughly } from '../../parts/duration.ts';
import { plain } from '../../parts/plain.ts';
import { Read } from '../../parts/read.tsx';
import { Table } from '../../parts/table.tsx';
import type { Shown } from './shown.ts';

export function Workflows({ project }: Shown) {
  const query = `projectId=${project.id}`;
  const workflows = useReading<{ readonly workflows: Readonly<Record<string, Workflow>> }>(
    `/workflows?${query}`,
  );
  const agents = useReading<{ readonly agents: Readonly<Record<string, Agent>> }>(
    `/agents?${query}`,
  );
  return (
    <>
      <Read of={workflows}>
        {(read) =>
          Object.entries(read.workflows).map(([name, workflow]) => (
            <Stages key={name} name={name} workflow={workflow} />
          ))
        }
      </Read>
      <h2>Agents</h2>
      <Read of={agents}>
        {(read) => (
          <Table label="Agents" heads={['Agent', 'Does', 'Model', 'Tools']}>
            {Object.entries(read.agents).map(([name, agent]) => (
              <tr key={name}>
                <th scope="row">{plain(name)}</th>
                <td>{plain(agent.description)}</td>
                <td>{plain(agent.model)}</td>
                <td class="small">{agent.tools.map(plain).join(', ')}</td>
              </tr>
            ))}
          </Table>
        )}
      </Read>
      <p class="muted">
        Your own ones stand in <a href="/console/projects?tab=config">the config</a>, in{' '}
        <code>workflows</code> and <code>agents.custom</code>.
      </p>
      <InCode
        calls={[
          { does: 'List the workflows', method: 'GET', path: `/workflows?${query}` },
          { does: 'List the agents', method: 'GET', path: `/agents?${query}` },
        ]}
      />
    </>
  );
}

function Stages({ name, workflow }: { readonly name: string; readonly workflow: Workflow }) {
  return (
    <details class="panel">
      <summary>
        <strong>{plain(name)}</strong>{' '}
        <span class="muted">
          {plain(workflow.description)}{' '}
          {workflow.stages.map((stage) => plain(stage.name)).join(' → ')}
        </span>
      </summary>
      <Table
        label={`The stages of ${plain(name)}`}
        heads={['Stage', 'Agent', 'Does', 'After', 'Gate', 'Writes', 'At most', 'Tries again']}
      >
        {workflow.stages.map((stage) => (
          <tr key={stage.name}>
            <th scope="row">{plain(stage.name)}</th>
            <td>{plain(stage.agent)}</td>
            <td>{plain(stage.description)}</td>
            <td>{stage.dependsOn.map(plain).join(', ')}</td>
            <td>{plain(stage.gate ?? '')}</td>
            <td>{stage.writes ? 'yes' : 'no'}</td>
            <td>{roughly(stage.timeout * 1_000)}</td>
            <td class="number">{stage.maxRetries}</td>
          </tr>
        ))}
      </Table>
    </details>
  );
}
