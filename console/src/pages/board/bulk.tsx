// Doing one thing with all the tasks that were picked.

import { useSignal } from '@preact/signals';
import { post, type Refusal } from '../../api/ask.ts';
import { rowOf } from '../../live/rows.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { count } from '../../parts/number.ts';
import { say } from '../../shell/toast.tsx';
import { canRetry, isEnded } from './columns.ts';
import { pick, selected } from './selection.ts';

/** So many are asked for at a time. */
const AT_ONCE = 4;

export function Bulk() {
  const isBusy = useSignal(false);
  const isAsked = useSignal(false);
  const rows = [...selected.value].flatMap((id) => rowOf(id)?.value ?? []);
  const open = rows.filter(({ status }) => !isEnded(status)).map(({ id }) => id);
  const ended = rows.filter(({ status }) => canRetry(status)).map(({ id }) => id);
  const run = async (ids: readonly string[], act: Act): Promise<void> => {
    isAsked.value = false;
    isBusy.value = true;
    await doAll(ids, act);
    isBusy.value = false;
  };
  return (
    <fieldset class="panel row" aria-label="Selected tasks">
      <b>{count(selected.value.size)} selected</b>
      <button
        type="button"
        disabled={isBusy.value || open.length === 0}
        onClick={() => {
          isAsked.value = true;
        }}
      >
        Cancel {count(open.length)}
      </button>
      <button
        type="button"
        disabled={isBusy.value || ended.length === 0}
        onClick={() => void run(ended, { verb: 'retry', done: 'tried again' })}
      >
        Retry {count(ended.length)}
      </button>
      <button type="button" class="plain" onClick={() => pick([])}>
        Select none
      </button>
      {isBusy.value && <span class="muted">asking…</span>}
      {isAsked.value && (
        <CancelDialog
          many={open.length}
          close={() => {
            isAsked.value = false;
          }}
          cancel={(reason) =>
            void run(open, {
              verb: 'cancel',
              done: 'cancelled',
              ...(reason === '' ? {} : { body: { reason } }),
            })
          }
        />
      )}
    </fieldset>
  );
}

interface CancelProps {
  readonly many: number;
  readonly close: () => void;
  readonly cancel: (reason: string) => void;
}

function CancelDialog({ many, close, cancel }: CancelProps) {
  const reason = useSignal('');
  return (
    <Dialog title={many === 1 ? 'Cancel the task' : `Cancel ${count(many)} tasks`} close={close}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          cancel(reason.value.trim());
        }}
      >
        <p>Their runners stop. A cancelled task can be tried again.</p>
        <label>
          Reason, if you want to give one
          <input
            maxLength={1_000}
            value={reason}
            onInput={({ currentTarget }) => {
              reason.value = currentTarget.value;
            }}
          />
        </label>
        <div class="row">
          <button type="submit" class="bad">
            Cancel {count(many)}
          </button>
          <button type="button" onClick={close}>
            Let them be
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface Act {
  readonly verb: 'cancel' | 'retry';
  readonly done: string;
  readonly body?: object;
}

/** Asks for each; what was refused stays picked, and why is said. */
async function doAll(ids: readonly string[], { verb, done, body = {} }: Act): Promise<void> {
  const left = [...ids];
  const refused = new Map<string, Refusal>();
  const work = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      const answer = await post(`/tasks/${id}/${verb}`, body);
      if (!answer.ok) refused.set(id, answer.refusal);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  pick(refused.keys());
  const fine = ids.length - refused.size;
  if (fine > 0) say(`${count(fine)} ${fine === 1 ? 'task is' : 'tasks are'} ${done}.`);
  const reasons = new Set([...refused.values()].map(({ message }) => message));
  for (const reason of reasons) {
    const many = [...refused.values()].filter(({ message }) => message === reason).length;
    say(`${count(many)} refused: ${reason}`, true);
  }
}
