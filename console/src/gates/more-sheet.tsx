// What can be done at a gate beside deciding it: another action, another person, a vote taken back, no approval at all.

import { useSignal } from '@preact/signals';
import type { Gate } from '../../../src/contract/gate.ts';
import { type Answer, post } from '../api/ask.ts';
import { Dialog } from '../parts/dialog.tsx';
import { type Fields, Form } from '../parts/form.tsx';
import { plain } from '../parts/plain.ts';
import { say } from '../shell/toast.tsx';
import { ACT_NAMES, actsAt, type GateAct } from './acts.ts';
import { SealNote } from './asked-action.tsx';
import { spreadJson } from './canonical.ts';
import { type Ask, pathOf, settle } from './deciding.ts';
import { DelegateFields } from './delegate-fields.tsx';
import { sealOf } from './own-hash.ts';

interface MoreProps extends Ask {
  readonly gate: Gate;
  readonly close: () => void;
  readonly done: (() => void) | undefined;
}

const DONE: Readonly<Record<GateAct, string>> = {
  edit: 'The action is what you have made of it, and you approve it.',
  delegate: 'They decide in your place.',
  withdraw: 'Your vote is taken back.',
  waive: 'The task passes without an approval.',
};

/** What lets the action pass, or begins with it: for this it has to be the one of the hash. */
const LETS_PASS: ReadonlySet<GateAct> = new Set(['edit', 'waive']);

export function MoreSheet({ gate, task, close, done }: MoreProps) {
  const acts = actsAt(gate);
  const chosen = useSignal<GateAct | undefined>(acts[0]);
  const act = chosen.value;
  const isHeld = act !== undefined && LETS_PASS.has(act) && sealOf(gate) !== 'same';
  return (
    <Dialog title={`Gate ${plain(gate.name)}`} close={close}>
      <fieldset class="row" aria-label="What to do">
        {acts.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === act}
            onClick={() => {
              chosen.value = one;
            }}
          >
            {ACT_NAMES[one]}
          </button>
        ))}
      </fieldset>
      {isHeld && <SealNote gate={gate} />}
      {act !== undefined && !isHeld && (
        <Form
          key={act}
          send={ACT_NAMES[act]}
          ask={(fields) => askFor(act, { gate, task }, fields)}
          done={() => {
            say(DONE[act]);
            close();
            done?.();
          }}
        >
          <ActFields act={act} gate={gate} projectId={task.projectId} />
        </Form>
      )}
    </Dialog>
  );
}

function askFor(act: GateAct, { gate, task }: Ask, fields: Fields): Promise<Answer<unknown>> {
  const body = bodyOf(act, gate, fields);
  if (body !== null) return settle({ gate, task }, () => post(`${pathOf(gate)}/${act}`, body));
  const message = 'The action must be JSON.';
  const refusal = { status: 0, code: 'invalid_json', message, body: {} };
  return Promise.resolve({ ok: false, refusal });
}

/** Null: what stands in the field of the action is no JSON. */
function bodyOf(
  act: GateAct,
  { actionHash }: Ask['gate'],
  { text, number }: Fields,
): object | null {
  const said = text('said');
  const named = (name: string): object => (said === '' ? {} : { [name]: said });
  switch (act) {
    case 'edit': {
      const action = parsed(text('action'));
      return action === undefined
        ? null
        : { action, baseActionHash: actionHash, ...named('comment') };
    }
    case 'delegate': {
      const hours = number('hours');
      const expiresAt =
        hours === undefined ? {} : { expiresAt: new Date(Date.now() + hours * 3_600_000) };
      return { to: text('to'), ...named('reason'), ...expiresAt };
    }
    case 'withdraw':
      return named('comment');
    case 'waive':
      return { reason: said };
    default:
      return act satisfies never;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface FieldsProps {
  readonly act: GateAct;
  readonly gate: Gate;
  readonly projectId: string;
}

const NOTES: Readonly<Record<GateAct, string>> = {
  edit: 'The votes of others are void, and yours counts for what you make of it. What was proposed stays on record.',
  delegate:
    'Somebody else decides in your place. A vote of yours is taken back, and you have none until the term is over.',
  withdraw:
    'As long as nobody has used the approval. Below the number that is needed, people are asked again.',
  waive: 'A project admin who has not asked for it lets the task pass, and says why.',
};

const ActFields = ({ act, gate, projectId }: FieldsProps) => (
  <>
    <p class="muted">{NOTES[act]}</p>
    {act === 'edit' && (
      <label>
        Action
        <textarea
          name="action"
          rows={12}
          required
          spellcheck={false}
          defaultValue={spreadJson(gate.action)}
        />
      </label>
    )}
    {act === 'delegate' && <DelegateFields projectId={projectId} />}
    <label>
      {act === 'edit' || act === 'withdraw' ? 'Comment' : 'Reason'}
      <input name="said" maxLength={1_000} required={act === 'waive'} />
    </label>
  </>
);
