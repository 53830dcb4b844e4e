import { useState } from 'preact/hooks';
import type { Template } from '../../../../src/contract/template.ts';
import { ask } from '../../api/ask.ts';
import { useReading } from '../../api/read.ts';
import { Ago } from '../../parts/ago.tsx';
import { InCode } from '../../parts/code.tsx';
import { Empty } from '../../parts/empty.tsx';
import { later } from '../../parts/later.tsx';
import { plain } from '../../parts/plain.ts';
import { Read } from '../../parts/read.tsx';
import { curlHere } from '../../parts/samples-here.ts';
import { Sure } from '../../parts/sure.tsx';
import { Table } from '../../parts/table.tsx';
import { titleOf } from '../../parts/title.ts';
import type { Shown } from './shown.ts';

const TemplateForm = later(() =>
  import('./template-form.tsx').then(({ TemplateForm: form }) => form),
);

export function Templates({ project: { id } }: Shown) {
  const path = `/templates?projectId=${id}`;
  const reading = useReading<{ readonly templates: readonly Template[] }>(path);
  const [opened, setOpened] = useState<Template | 'new' | null>(null);
  const create = {
    does: 'Make a template',
    method: 'POST',
    path: '/templates',
    body: { name: 'Bug', description: 'Mend this: …', workflow: 'bugfix', projectId: id },
  } as const;
  return (
    <>
      <div class="row">
        <p class="muted">Tasks that are made often, written once.</p>
        <button type="button" class="main push" onClick={() => setOpened('new')}>
          New template
        </button>
      </div>
      <Read of={reading}>
        {({ templates }) =>
          templates.length === 0 ? (
            <Empty title="There are no templates" command={curlHere(create)} />
          ) : (
            <TemplateTable
              templates={templates}
              open={setOpened}
              query={`projectId=${id}`}
              again={reading.again}
            />
          )
        }
      </Read>
      <InCode calls={[{ does: 'List the templates', method: 'GET', path }, create]} />
      {opened !== null && (
        <TemplateForm
          projectId={id}
          template={opened === 'new' ? null : opened}
          close={() => setOpened(null)}
          done={() => {
            setOpened(null);
            reading.again();
          }}
        />
      )}
    </>
  );
}

interface TemplateTableProps {
  readonly templates: readonly Template[];
  readonly query: string;
  readonly open: (template: Template) => void;
  readonly again: () => void;
}

function TemplateTable({ templates, query, open, again }: TemplateTableProps) {
  return (
    <Table
      label="Templates"
      heads={['Name', 'Text', 'Workflow', 'Priority', 'Tags', 'Changed', '']}
    >
      {templates.map((template) => (
        <tr key={template.id}>
          <th scope="row">{plain(template.name)}</th>
          <td>{titleOf(template)}</td>
          <td>{plain(template.workflow)}</td>
          <td>{template.priority}</td>
          <td>{template.tags.map(plain).join(', ')}</td>
          <td>
            <Ago at={template.updatedAt} suffix=" ago" />
          </td>
          <td>
            <div class="row">
              <button
                type="button"
                aria-label={`Change ${plain(template.name)}`}
                onClick={() => open(template)}
              >
                Change
              </button>
              <Sure
                label={`Delete ${plain(template.name)}`}
                title={`Delete ${plain(template.name)}?`}
                text="Tasks that were made of it stay as they are."
                ask={() => ask('DELETE', `/templates/${template.id}?${query}`)}
                done={again}
              >
                Delete
              </Sure>
            </div>
          </td>
        </tr>
      ))}
    </Table>
  );
}
