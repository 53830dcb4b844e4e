import type { Incident } from '../../../../src/contract/incident.ts';
import { post } from '../../api/ask.ts';
import { projectId } from '../../api/session.ts';
import { Choice } from '../../parts/choice.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Form } from '../../parts/form.tsx';
import { EnvironmentField } from './environment-field.tsx';

interface IncidentFormProps {
  readonly close: () => void;
  readonly done: () => void;
}

/** Opens an incident by hand. */
export function IncidentForm({ close, done }: IncidentFormProps) {
  return (
    <Dialog title="Open an incident" close={close}>
      <Form
        ask={(fields) =>
          post<Incident>(`/v1/projects/${projectId.peek()}/incidents`, {
            environment: fields.text('environment'),
            title: fields.text('title'),
            severity: fields.text('severity'),
            summary: fields.text('summary'),
          })
        }
        send="Open"
        done={() => {
          close();
          done();
        }}
      >
        <label>
          What is wrong
          <input name="title" required maxLength={200} />
        </label>
        <div class="row">
          <EnvironmentField />
          <Choice
            label="Severity"
            name="severity"
            value="major"
            options={['critical', 'major', 'minor']}
          />
        </div>
        <label>
          What is known
          <textarea name="summary" rows={4} maxLength={2000} />
        </label>
      </Form>
    </Dialog>
  );
}
