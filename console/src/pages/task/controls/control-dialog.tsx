import { useSignal } from '@preact/signals';
import type { Budget } from '../../../../../src/contract/budget.ts';
import type { Task } from '../../../../../src/contract/task.ts';
import { post, type Refusal } from '../../../api/ask.ts';
import { Dialog } from '../../../parts/dialog.tsx';
import { say } from '../../../shell/toast.tsx';
import { bodyOf, CONTROL_SPECS, type Field } from './control-spec.ts';
import type { Control } from './controls.ts';

interface ControlDialogProps {
  readonly control: Control;
  readonly task: Task;
  readonly budget: Budget | null;
  readonly done: () => void;
  readonly close: () => void;
}

/** Asks one thing of a task: what it will do, what it wants to know, and why it was refused. */
export function ControlDialog({ control, task, budget, done, close }: ControlDialogProps) {
  const spec = CONTROL_SPECS[control](task, budget);
  const isAsking = useSignal(false);
  const refusal = useSignal<Refusal | null>(null);
  const onSubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const values = Object.fromEntries(
      [...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]),
    );
    isAsking.value = true;
    refusal.value = null;
    const answer = await post(`/tasks/${task.id}/${spec.path}`, bodyOf(spec.fields, values));
    isAsking.value = false;
    done();
    if (!answer.ok) {
      refusal.value = answer.refusal;
      return;
    }
    say(spec.said);
    close();
  };
  return (
    <Dialog title={spec.title} close={close}>
      <form class="stack" onSubmit={(event) => void onSubmit(event)}>
        <p class="muted">{spec.explains}</p>
        {spec.fields.map((field) => (
          <label key={field.name} htmlFor={`field-${field.name}`}>
            {field.label}
            <Entry field={field} id={`field-${field.name}`} />
          </label>
        ))}
        {refusal.value !== null && (
          <p class="bad" role="alert">
            {refusal.value.message} {refusal.value.hint} <code>{refusal.value.code}</code>
          </p>
        )}
        <div class="row">
          <button type="submit" class="main" disabled={isAsking.value}>
            {isAsking.value ? 'Asking…' : spec.button}
          </button>
          <button type="button" onClick={close}>
            Leave it as it is
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Entry({ field, id }: EntryProps) {
  const { name, kind, required = false, choices = [], words, value = '' } = field;
  if (kind === 'text') return <textarea id={id} name={name} rows={5} required={required} />;
  if (kind === 'choice') {
    return (
      <select id={id} name={name}>
        {choices.map((choice) => (
          <option key={choice} value={choice} selected={choice === value}>
            {words?.[choice] ?? choice}
          </option>
        ))}
      </select>
    );
  }
  const all = { id, name, required, defaultValue: value };
  if (kind === 'number') return <input {...all} type="number" step="any" min="0" />;
  if (kind === 'instant') return <input {...all} type="datetime-local" />;
  return <input {...all} type="text" />;
}

interface EntryProps {
  readonly field: Field;
  readonly id: string;
}
