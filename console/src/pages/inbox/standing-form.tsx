// Agreeing beforehand to requests of one form.

import { useSignal } from '@preact/signals';
import type { Environment } from '../../../../src/contract/project.ts';
import { post, type Refusal } from '../../api/ask.ts';
import { withFreshSignin } from '../../api/fresh-signin.ts';
import { useListing } from '../../api/listing.ts';
import { Quicker } from '../../gates/quicker.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { say } from '../../shell/toast.tsx';
import { bodyOf, MATCH_TYPES, type MatchType } from './standing-words.ts';

interface FormProps {
  readonly projectId: string;
  readonly close: () => void;
  readonly made: () => void;
}

export function StandingForm({ projectId, close, made }: FormProps) {
  const type = useSignal<MatchType>('shell.exec');
  const isAsking = useSignal(false);
  const refusal = useSignal<Refusal | null>(null);
  const { value } = useListing<Environment>(`/v1/projects/${projectId}/environments`);
  const send = async (form: HTMLFormElement): Promise<void> => {
    const fields = Object.fromEntries(
      [...new FormData(form)].map(([name, text]) => [name, String(text)]),
    );
    const body = bodyOf(fields, Date.now());
    if (typeof body === 'string') {
      refusal.value = { status: 0, code: 'invalid_request', message: body, body: {} };
      return;
    }
    isAsking.value = true;
    const answer = await withFreshSignin(() => post('/gates/standing', { projectId, ...body }));
    isAsking.value = false;
    refusal.value = answer.ok ? null : answer.refusal;
    if (!answer.ok) return;
    say('Agreed beforehand.');
    made();
    close();
  };
  return (
    <Dialog title="Agree beforehand" close={close}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void send(event.currentTarget);
        }}
      >
        <label>
          Requests of the type
          <select
            name="type"
            value={type.value}
            onChange={(event) => {
              type.value =
                MATCH_TYPES.find((one) => one === event.currentTarget.value) ?? type.value;
            }}
          >
            {MATCH_TYPES.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <MatchFields type={type.value} />
        <Terms environments={agreeable(value.value ?? [])} />
        <Quicker refusal={refusal.value} gate={null} />
        <p class="small muted">
          Never for a deployment, a merge or a budget, and never in a protected environment.
        </p>
        <button type="submit" class="main" disabled={isAsking.value}>
          {isAsking.value ? 'asking…' : 'Agree'}
        </button>
      </form>
    </Dialog>
  );
}

/** Nothing is agreed to beforehand in a protected environment; production is nobody's first choice. */
const agreeable = (all: readonly Environment[]): readonly string[] =>
  all
    .filter((one) => !one.protected)
    .toSorted((one, other) => Number(one.isProduction) - Number(other.isProduction))
    .map(({ name }) => name);

function MatchFields({ type }: { readonly type: MatchType }) {
  switch (type) {
    case 'shell.exec':
      return (
        <label>
          <span>
            Command, an argument a line{' '}
            <span class="muted">
              <code>*</code> is one whole argument, a last <code>*</code> the rest
            </span>
          </span>
          <textarea name="argv" rows={4} required placeholder={'npm\ntest\n*'} />
        </label>
      );
    case 'git.push':
      return (
        <div class="row">
          <Field name="remote" label="Remote" />
          <Field name="branch" label="Branch, or * for any" />
        </div>
      );
    default:
      return (
        <>
          <Field
            name={type === 'tool.call' ? 'tool' : 'name'}
            label={type === 'tool.call' ? 'Tool' : 'Name'}
          />
          <label>
            <span>
              Exactly these members{' '}
              <span class="muted">
                as JSON; <code>"*"</code> is any value of one
              </span>
            </span>
            <textarea name="data" rows={3} placeholder='{"command":"*"}' />
          </label>
        </>
      );
  }
}

const Field = ({ name, label }: { readonly name: string; readonly label: string }) => (
  <label>
    {label}
    <input name={name} required />
  </label>
);

const Terms = ({ environments }: { readonly environments: readonly string[] }) => (
  <div class="row">
    <label>
      Environment
      <select name="environment" required>
        {environments.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    </label>
    <label>
      Uses, at most
      <input name="maxUses" type="number" min="1" max="100" value="20" required />
    </label>
    <label>
      Dollars, at most
      <input name="maxCostUsd" type="number" min="0.01" max="10000" step="0.01" />
    </label>
    <label>
      Hours
      <input name="hours" type="number" min="1" max="24" value="4" required />
    </label>
  </div>
);
