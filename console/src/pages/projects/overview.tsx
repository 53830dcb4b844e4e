import { useState } from 'preact/hooks';
import type { Project } from '../../../../src/contract/project.ts';
import { ask, withQuery } from '../../api/ask.ts';
import { useListing } from '../../api/listing.ts';
import { Ago } from '../../parts/ago.tsx';
import { InCode } from '../../parts/code.tsx';
import { CopyId } from '../../parts/copy.tsx';
import { Form } from '../../parts/form.tsx';
import { later } from '../../parts/later.tsx';
import { More } from '../../parts/more.tsx';
import { plain } from '../../parts/plain.ts';
import { Read } from '../../parts/read.tsx';
import { Sure } from '../../parts/sure.tsx';
import { Table } from '../../parts/table.tsx';
import { query, setQuery } from '../../routing/place.ts';
import { say } from '../../shell/toast.tsx';
import { ifMatch, mayManage, type Shown } from './shown.ts';

const NewProject = later(() => import('./new-project.tsx').then(({ NewProject: form }) => form));

export function Overview(props: Shown) {
  const { project } = props;
  const path = `/v1/projects/${project.id}`;
  return (
    <>
      <div class="columns">
        <Settings {...props} />
        <div>
          <dl class="facts panel">
            <div>
              <dt>Id</dt>
              <dd>
                <CopyId id={project.id} />
              </dd>
            </div>
            <div>
              <dt>Your role</dt>
              <dd>{project.role}</dd>
            </div>
            <div>
              <dt>Made</dt>
              <dd>
                <Ago at={project.createdAt} suffix=" ago" />
              </dd>
            </div>
          </dl>
        </div>
      </div>
      <AllProjects here={project.id} />
      {project.role === 'owner' && (
        <p>
          <Sure
            title={`Delete ${plain(project.name)}?`}
            text="It is out of sight at once, with all its tasks, and gone for ever after 30 days."
            ask={() => ask('DELETE', path, ifMatch(project))}
            done={() => location.assign('/console/')}
          >
            Delete this project
          </Sure>
        </p>
      )}
      <InCode
        calls={[
          { does: 'Read the project', method: 'GET', path },
          {
            does: 'Change it',
            method: 'PATCH',
            path,
            ...ifMatch(project),
            body: { description: 'What it is for' },
          },
        ]}
      />
    </>
  );
}

function Settings({ project, again }: Shown) {
  return (
    <Form<Project>
      key={project.revision}
      send="Save"
      done={() => {
        say('The project is changed.');
        again();
      }}
      ask={(fields) =>
        ask('PATCH', `/v1/projects/${project.id}`, {
          ...ifMatch(project),
          body: {
            name: fields.text('name'),
            description: fields.text('description'),
            defaultEnvironment: fields.text('defaultEnvironment'),
          },
        })
      }
    >
      <fieldset class="stack" disabled={!mayManage(project)}>
        <label>
          Name
          <input name="name" required maxLength={100} defaultValue={project.name} />
        </label>
        <label>
          Description
          <textarea
            name="description"
            rows={3}
            maxLength={2_000}
            defaultValue={project.description}
          />
        </label>
        <label>
          Environment of what names none
          <select name="defaultEnvironment">
            {project.environments.map(({ name }) => (
              <option key={name} selected={name === project.defaultEnvironment}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </fieldset>
    </Form>
  );
}

function AllProjects({ here }: { readonly here: string }) {
  const [isMaking, setMaking] = useState(false);
  const list = useListing<Project>(withQuery('/v1/projects', { q: query('q') }));
  return (
    <div class="stack">
      <div class="row">
        <h2>Projects you are in</h2>
        <input
          aria-label="A part of the name"
          placeholder="Search"
          value={query('q')}
          onChange={(event) => setQuery({ q: event.currentTarget.value.trim() })}
        />
        <button type="button" class="main push" onClick={() => setMaking(true)}>
          New project
        </button>
      </div>
      <Read of={list}>
        {(rows) => (
          <Table label="Projects" heads={['Project', 'Your role', 'Environments', 'Made']}>
            {rows.map(({ id, name, role, environments, createdAt }) => (
              <tr key={id}>
                <th scope="row">
                  {id === here ? (
                    <span class="ok">● {plain(name)}</span>
                  ) : (
                    <a href={`/console/projects?project=${id}`}>{plain(name)}</a>
                  )}
                  <div class="id">{id}</div>
                </th>
                <td>{role}</td>
                <td>{environments.map((one) => one.name).join(', ')}</td>
                <td>
                  <Ago at={createdAt} suffix=" ago" />
                </td>
              </tr>
            ))}
          </Table>
        )}
      </Read>
      <More of={list} />
      {isMaking && <NewProject close={() => setMaking(false)} />}
    </div>
  );
}
