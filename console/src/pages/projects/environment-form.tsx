import type { Environment, Project } from '../../../../src/contract/project.ts';
import { ask } from '../../api/ask.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { type Fields, Form } from '../../parts/form.tsx';
import { ifMatch } from './shown.ts';

interface EnvironmentFormProps {
  readonly project: Project;
  /** Null: a new one. */
  readonly environment: Environment | null;
  readonly close: () => void;
  readonly done: () => void;
}

const WEEK_S = 604_800;

/** What stands in the form, as the API takes it. */
function bodyOf(fields: Fields) {
  const from = fields
    .text('from')
    .split(/[\s,]+/)
    .filter((one) => one !== '');
  return {
    url: fields.text('url') === '' ? null : fields.text('url'),
    isProduction: fields.isOn('isProduction'),
    protected: fields.isOn('protected'),
    approval: {
      required: fields.number('required') ?? 1,
      from: from.length === 0 ? null : from,
      preventSelfApproval: fields.isOn('preventSelfApproval') || null,
      waitSeconds: fields.number('waitSeconds') ?? 0,
      expiresInSeconds: fields.number('expiresInSeconds') ?? WEEK_S,
    },
  };
}

export function EnvironmentForm({ project, environment, close, done }: EnvironmentFormProps) {
  const path = `/v1/projects/${project.id}/environments`;
  return (
    <Dialog title={environment === null ? 'New environment' : environment.name} close={close}>
      <Form<Environment>
        send={environment === null ? 'Make it' : 'Save'}
        done={done}
        ask={(fields) =>
          environment === null
            ? ask('POST', path, { body: { name: fields.text('name'), ...bodyOf(fields) } })
            : ask('PATCH', `${path}/${environment.name}`, {
                ...ifMatch(project),
                body: bodyOf(fields),
              })
        }
      >
        {environment === null && (
          <label>
            Name
            <input
              name="name"
              required
              pattern="[a-z][a-z0-9\-]{0,31}"
              title="Small letters, digits and hyphens, 32 at most; a letter first"
              placeholder="preview"
            />
          </label>
        )}
        <label>
          Address
          <input name="url" type="url" defaultValue={environment?.url ?? ''} />
        </label>
        <label class="row">
          <input
            type="checkbox"
            name="isProduction"
            defaultChecked={environment?.isProduction === true}
          />
          It is a production
        </label>
        <label class="row">
          <input
            type="checkbox"
            name="protected"
            defaultChecked={environment?.protected === true}
          />
          Protected: people promote what is deployed here
        </label>
        <ApprovalFields approval={environment?.approval ?? null} />
      </Form>
    </Dialog>
  );
}

function ApprovalFields({ approval }: { readonly approval: Environment['approval'] }) {
  return (
    <fieldset class="stack">
      <legend>Approval, while it is protected</legend>
      <label>
        How many people
        <input
          name="required"
          type="number"
          min={1}
          max={10}
          defaultValue={approval?.required ?? 1}
        />
      </label>
      <label>
        Of whom: roles and people; none: whoever may decide gates
        <input
          name="from"
          placeholder="role:project-admin usr_…"
          defaultValue={approval?.from?.join(' ') ?? ''}
        />
      </label>
      <label class="row">
        <input
          type="checkbox"
          name="preventSelfApproval"
          defaultChecked={approval?.preventSelfApproval === true}
        />
        Nobody approves what they have asked for
      </label>
      <div class="row">
        <label>
          Seconds to wait
          <input
            name="waitSeconds"
            type="number"
            min={0}
            defaultValue={approval?.waitSeconds ?? 0}
          />
        </label>
        <label>
          Seconds until it has failed
          <input
            name="expiresInSeconds"
            type="number"
            min={1}
            defaultValue={approval?.expiresInSeconds ?? WEEK_S}
          />
        </label>
      </div>
    </fieldset>
  );
}
