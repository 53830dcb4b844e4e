import type { ForceReleased } from '../../../../src/contract/lease.ts';
import type { Task } from '../../../../src/contract/task.ts';
import { post } from '../../api/ask.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Form } from '../../parts/form.tsx';
import { titleOf } from '../../parts/title.ts';
import { say } from '../../shell/toast.tsx';

interface ReleaseProps {
  readonly task: Task;
  readonly close: () => void;
  readonly done: () => void;
}

/** Takes a task from its runner, with a reason that stays in its events. */
export function ReleaseDialog({ task, close, done }: ReleaseProps) {
  return (
    <Dialog title="Take the task from its runner" close={close}>
      <p>{titleOf(task)}</p>
      <p class="muted">
        What the runner reports from now on is refused, and the stage is tried again by another one.
      </p>
      <Form
        ask={(fields) =>
          post<ForceReleased>(`/tasks/${task.id}/lease/force-release`, {
            reason: fields.text('reason'),
          })
        }
        send="Take it away"
        done={() => {
          say('The task is free for another runner.');
          close();
          done();
        }}
      >
        <label>
          Reason
          <input name="reason" required maxLength={1000} />
        </label>
      </Form>
    </Dialog>
  );
}
