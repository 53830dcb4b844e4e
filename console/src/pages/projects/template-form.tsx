import type { Template } from '../../../../src/contract/template.ts';
import type { Workflow } from '../../../../src/contract/workflow.ts';
import { ask } from '../../api/ask.ts';
import { useReading } from '../../api/read.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { type Fields, Form } from '../../parts/form.tsx';

interface TemplateFormProps {
  readonly projectId: string;
  /** Null: a new one. */
  readonly template: Template | null;
  readonly close: () => void;
  readonly done: () => void;
}

const PRIORITIES = ['urgent', 'high', 'normal', 'low'] as const satisfies Template['priority'][];
const EFFORTS = ['xs', 'small', 'medium', 'large', 'xl'] as const satisfies Template['effort'][];

const bodyOf = (fields: Fields, projectId: string) => ({
  projectId,
  name: fields.text('name'),
  description: fields.text('description'),
  workflow: fields.text('workflow'),
  priority: fields.text('priority'),
  effort: fields.text('effort'),
  acceptanceCriteria: fields.text('acceptanceCriteria'),
  tags: fields
    .text('tags')
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== ''),
});

export function TemplateForm({ projectId, template, close, done }: TemplateFormProps) {
  const { value } = useReading<{ readonly workflows: Readonly<Record<string, Workflow>> }>(
    `/workflows?projectId=${projectId}`,
  );
  const known = Object.keys(value.value?.workflows ?? {});
  const names = template === null ? known : [...new Set([template.workflow, ...known])];
  return (
    <Dialog title={template === null ? 'New template' : 'Change the template'} close={close}>
      <Form<Template>
        send={template === null ? 'Make the template' : 'Save'}
        done={done}
        ask={(fields) =>
          template === null
            ? ask('POST', '/templates', { body: bodyOf(fields, projectId) })
            : ask('PUT', `/templates/${template.id}`, { body: bodyOf(fields, projectId) })
        }
      >
        <label>
          Name
          <input name="name" required maxLength={100} defaultValue={template?.name} />
        </label>
        <label>
          Text of the task
          <textarea name="description" required rows={5} defaultValue={template?.description} />
        </label>
        <label>
          When it is done
          <textarea
            name="acceptanceCriteria"
            rows={2}
            defaultValue={template?.acceptanceCriteria}
          />
        </label>
        <div class="row">
          <Choice label="Workflow" name="workflow" values={names} chosen={template?.workflow} />
          <Choice
            label="Priority"
            name="priority"
            values={PRIORITIES}
            chosen={template?.priority ?? 'normal'}
          />
          <Choice
            label="Effort"
            name="effort"
            values={EFFORTS}
            chosen={template?.effort ?? 'medium'}
          />
        </div>
        <label>
          Tags, with commas between
          <input name="tags" defaultValue={template?.tags.join(', ')} />
        </label>
      </Form>
    </Dialog>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly name: string;
  readonly values: readonly string[];
  readonly chosen: string | undefined;
}

function Choice({ label, name, values, chosen }: ChoiceProps) {
  return (
    <label>
      {label}
      <select name={name}>
        {values.map((value) => (
          <option key={value} selected={value === chosen}>
            {value}
          </option>
        ))}
      </select>
    </label>
  );
}
