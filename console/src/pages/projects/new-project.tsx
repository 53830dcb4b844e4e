import type { Project } from '../../../../src/contract/project.ts';
import { post } from '../../api/ask.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Form } from '../../parts/form.tsx';
import { go } from '../../routing/place.ts';

/** A project with the usual environments; it is shown when it is made. */
export function NewProject({ close }: { readonly close: () => void }) {
  return (
    <Dialog title="New project" close={close}>
      <Form<Project>
        send="Make the project"
        done={({ id }) => {
          close();
          go(`/console/projects?project=${id}`);
        }}
        ask={(fields) =>
          post('/v1/projects', {
            name: fields.text('name'),
            description: fields.text('description'),
          })
        }
      >
        <label>
          Name
          <input name="name" required maxLength={100} placeholder="Shop" />
        </label>
        <label>
          Description
          <textarea name="description" rows={3} maxLength={2_000} />
        </label>
      </Form>
    </Dialog>
  );
}
