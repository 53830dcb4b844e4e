// Making a task: what is to be done, and all that can be said about how.

import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { TemplateList } from '../../../../../src/contract/template.ts';
import type { Workflow } from '../../../../../src/contract/workflow.ts';
import { post, type Refusal, withQuery } from '../../../api/ask.ts';
import { useReading } from '../../../api/read.ts';
import { projectId } from '../../../api/session.ts';
import { Dialog } from '../../../parts/dialog.tsx';
import { plain } from '../../../parts/plain.ts';
import { isMac } from '../../../parts/platform.ts';
import { go } from '../../../routing/place.ts';
import { isCreating } from '../opened.ts';
import { DependsOn } from './depends-on.tsx';
import { ChoiceField, Faults, NumberField, TextField } from './field.tsx';
import { type FieldFault, faultsOf, newTaskOf } from './new-task.ts';

const DESCRIPTION_MAX = 20_000;
const METADATA_MAX = 16_384;
const AUTONOMIES = [
  ['full', 'full: asks nobody'],
  ['review-before-merge', 'review before merge'],
  ['review-before-commit', 'review before commit'],
  ['manual', 'manual: asks after each stage'],
] as const;
const PRIORITIES = ['urgent', 'high', 'normal', 'low'].map((one) => [one, one] as const);
const EFFORTS = ['xs', 'small', 'medium', 'large', 'xl'].map((one) => [one, one] as const);

const close = (): void => {
  isCreating.value = false;
};

export function CreateDialog() {
  const { isBusy, refusal, faults, send, edited } = useSending();
  return (
    <Dialog title="New task" close={close}>
      <Faults.Provider value={faults.value}>
        <form
          class="stack"
          onInput={edited}
          onSubmit={(event) => {
            event.preventDefault();
            void send(event.currentTarget);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return;
            event.currentTarget.requestSubmit();
          }}
        >
          <What />
          <How />
          <details>
            <summary>Limits, runner, metadata</summary>
            <Limits />
          </details>
          {refusal.value !== null && <Why refusal={refusal.value} />}
          <div class="row">
            <button type="submit" class="main" disabled={isBusy.value}>
              {isBusy.value ? 'Creating…' : 'Create'} <kbd>{isMac ? '⌘' : 'Ctrl'} ↵</kbd>
            </button>
            <button type="button" onClick={close}>
              Not now
            </button>
          </div>
        </form>
      </Faults.Provider>
    </Dialog>
  );
}

/** Sends the form, leaves for the task that was made, and keeps why it was not. */
function useSending() {
  const isBusy = useSignal(false);
  const refusal = useSignal<Refusal | null>(null);
  const faults = useSignal<readonly FieldFault[]>([]);
  // The same fields sent twice make one task; mended, they are another request.
  const key = useRef(crypto.randomUUID());
  const edited = (): void => {
    key.current = crypto.randomUUID();
  };
  const send = async (form: HTMLFormElement): Promise<void> => {
    if (isBusy.value) return;
    const fields = new FormData(form);
    const made = newTaskOf((name) => String(fields.get(name) ?? ''), projectId.value ?? '');
    refusal.value = null;
    faults.value = made.ok ? [] : [made.fault];
    if (!made.ok) return;
    isBusy.value = true;
    const headers = { 'Idempotency-Key': key.current };
    const answer = await post<{ readonly taskId: string }>('/tasks', made.body, { headers });
    isBusy.value = false;
    if (answer.ok) {
      close();
      go(`/console/tasks/${answer.value.taskId}`);
      return;
    }
    refusal.value = answer.refusal;
    faults.value = faultsOf(answer.refusal.body);
  };
  return { isBusy, refusal, faults, send, edited };
}

function What() {
  return (
    <>
      <TextField
        name="description"
        label="What is to be done"
        rows={4}
        max={DESCRIPTION_MAX}
        hint="The first line is its title."
      />
      <TextField
        name="acceptanceCriteria"
        label="When it is done well"
        rows={2}
        max={DESCRIPTION_MAX}
      />
    </>
  );
}

function How() {
  const project = projectId.value;
  const workflows = useReading<{ readonly workflows: Readonly<Record<string, Workflow>> }>(
    withQuery('/workflows', { projectId: project }),
  );
  const templates = useReading<TemplateList>(withQuery('/templates', { projectId: project }));
  const rooms = useReading<{ readonly data: readonly { readonly name: string }[] }>(
    project === null ? null : `/v1/projects/${project}/environments`,
  );
  const named = Object.values(workflows.value.value?.workflows ?? {});
  const known = templates.value.value?.templates ?? [];
  const refusal = workflows.refusal.value ?? templates.refusal.value ?? rooms.refusal.value;
  return (
    <div class="fields">
      {refusal !== null && <Why refusal={refusal} />}
      <ChoiceField
        name="workflow"
        label="Workflow"
        unset="of the template, or the usual one"
        options={named.map(({ name, description }) => [name, plain(`${name}: ${description}`)])}
      />
      <ChoiceField name="autonomy" label="Autonomy" unset="of the project" options={AUTONOMIES} />
      <ChoiceField name="priority" label="Priority" unset="usual" options={PRIORITIES} />
      <ChoiceField name="effort" label="Effort" unset="usual" options={EFFORTS} />
      <ChoiceField
        name="templateId"
        label="Template"
        unset="none"
        options={known.map(({ id, name }) => [id, plain(name)])}
      />
      <ChoiceField
        name="environment"
        label="Environment"
        unset="the default one"
        options={(rooms.value.value?.data ?? []).map(({ name }) => [name, name])}
      />
      <NumberField name="limits.maxCostPerTask" label="Budget in dollars" min={0} step="0.0001" />
      <DependsOn />
    </div>
  );
}

function Limits() {
  return (
    <div class="fields">
      <NumberField name="limits.maxTokensPerTask" label="Tokens at most" />
      <NumberField name="limits.maxTurns" label="Turns at most" />
      <NumberField name="limits.maxWallMinutes" label="Minutes at most" />
      <NumberField name="limits.maxFilesChanged" label="Files changed at most" />
      <NumberField name="limits.maxLinesChanged" label="Lines changed at most" />
      <NumberField name="maxRetries" label="Retries at most" min={0} max={10} />
      <TextField
        name="requires"
        label="Labels that its runner must have"
        max={3_200}
        hint="gpu linux"
      />
      <TextField name="concurrency.key" label="Only so many at a time, of those called" />
      <NumberField name="concurrency.max" label="How many of those" max={1_000} />
      <TextField name="metadata" label="Metadata, as JSON" rows={2} max={METADATA_MAX} hint="{}" />
    </div>
  );
}

function Why({ refusal }: { readonly refusal: Refusal }) {
  return (
    <p class="bad" role="alert">
      {refusal.message} {refusal.hint} <code>{refusal.code}</code>
    </p>
  );
}
