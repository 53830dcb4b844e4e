// Several gates decided in one request, each by itself, for exactly the actions that are listed.

import { useSignal } from '@preact/signals';
import type { GateDecisionResults, InboxGate } from '../../../../src/contract/inbox.ts';
import { post, type Refusal } from '../../api/ask.ts';
import { confirmSelf } from '../../api/passkey.ts';
import { actionWords } from '../../gates/action-words.ts';
import { AskedAction, SealNote } from '../../gates/asked-action.tsx';
import { CommentField } from '../../gates/comment-field.tsx';
import { DECISIONS, type Decision, whyText } from '../../gates/gate-words.ts';
import { sealOf } from '../../gates/own-hash.ts';
import { Quicker } from '../../gates/quicker.tsx';
import { Submit } from '../../gates/submit.tsx';
import { Said } from '../../gates/words.tsx';
import { readWaiting } from '../../live/read-waiting.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { plain } from '../../parts/plain.ts';
import { titleOf } from '../../parts/title.ts';
import { say } from '../../shell/toast.tsx';

/** As many as one request takes. */
const DECISIONS_MAX = 50;

export interface BulkProps {
  readonly gates: readonly InboxGate[];
  readonly decision: Decision;
  readonly close: () => void;
  /** Called once all of them are decided. */
  readonly done: () => void;
}

const gatesText = (many: number): string => (many === 1 ? '1 gate' : `${many} gates`);

interface Outcome {
  readonly results: GateDecisionResults['results'];
  /** Why the others, or all, were not decided. */
  readonly refusal: Refusal | null;
}

export function BulkSheet({ gates, decision, close, done }: BulkProps) {
  const comment = useSignal('');
  const isDeciding = useSignal(false);
  const refusal = useSignal<Refusal | null>(null);
  const codes = useSignal<ReadonlyMap<string, string>>(new Map());
  // What is decided is what was listed when the sheet was opened, whatever comes meanwhile.
  const listed = useSignal(gates.slice(0, DECISIONS_MAX));
  const sent = listed.value.filter((gate) => decision !== 'approve' || sealOf(gate) === 'same');
  const send = async (): Promise<void> => {
    if (isDeciding.peek() || sent.length === 0) return;
    isDeciding.value = true;
    const { results, refusal: why } = await decideAll(sent, decision, comment.peek());
    isDeciding.value = false;
    void readWaiting();
    refusal.value = why;
    const refused = results.filter(({ ok }) => !ok);
    codes.value = new Map(refused.map(({ gateId, code = '' }) => [gateId, code]));
    const decided = new Set(results.flatMap(({ ok, gateId }) => (ok ? [gateId] : [])));
    listed.value = listed.value.filter(({ id }) => !decided.has(id));
    if (decided.size > 0) say(`${decided.size} of ${sent.length} are decided.`);
    if (listed.value.length > 0) return;
    close();
    done();
  };
  const name = DECISIONS.find((one) => one.decision === decision)?.name ?? '';
  return (
    <Dialog title={`${name}: ${gatesText(listed.value.length)}`} close={close}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <CommentField comment={comment} isRequired={decision === 'request-changes'} />
        <Quicker refusal={refusal.value} gate={null} />
        <Submit
          name={`${name} ${sent.length}`}
          isDeciding={isDeciding.value}
          isOver={sent.length === 0}
        />
      </form>
      <Listed gates={listed.value} decision={decision} codes={codes.value} />
    </Dialog>
  );
}

interface ListedProps {
  readonly gates: readonly InboxGate[];
  readonly decision: Decision;
  readonly codes: ReadonlyMap<string, string>;
}

const Listed = ({ gates, decision, codes }: ListedProps) => (
  <ul class="voices">
    {gates.map((gate) => (
      <li key={gate.id}>
        <b>{plain(gate.name)}</b> of {titleOf(gate.task)}
        <p class="small muted">
          <Said words={actionWords(gate.action)} /> · <code>{gate.actionHash}</code>
        </p>
        <details>
          <summary class="small">The whole action</summary>
          <AskedAction gate={gate} />
        </details>
        {decision === 'approve' && <SealNote gate={gate} />}
        {codes.has(gate.id) && <p class="bad">{whyText(codes.get(gate.id) ?? '')}</p>}
      </li>
    ))}
  </ul>
);

/** Decides them, and those again for which a fresh sign-in is asked. */
async function decideAll(
  gates: readonly InboxGate[],
  decision: Decision,
  comment: string,
): Promise<Outcome> {
  const first = await sendAll(gates, decision, comment);
  const isStale = (code: string | undefined) => code === 'insufficient_user_authentication';
  const stale = new Set(
    first.results.flatMap(({ gateId, code }) => (isStale(code) ? [gateId] : [])),
  );
  if (stale.size === 0) return first;
  const confirmed = await confirmSelf();
  if (!confirmed.ok) return { ...first, refusal: confirmed.refusal };
  const second = await sendAll(
    gates.filter(({ id }) => stale.has(id)),
    decision,
    comment,
  );
  const rest = first.results.filter(({ gateId }) => !stale.has(gateId));
  return { ...second, results: [...rest, ...second.results] };
}

async function sendAll(
  gates: readonly InboxGate[],
  decision: Decision,
  comment: string,
): Promise<Outcome> {
  const said = comment.trim() === '' ? {} : { comment };
  const decisions = gates.map(({ id: gateId, taskId, actionHash }) => ({
    ...{ taskId, gateId, decision, actionHash },
    ...said,
  }));
  const answer = await post<GateDecisionResults>('/gates/decisions', { decisions });
  return answer.ok
    ? { results: answer.value.results, refusal: null }
    : { results: [], refusal: answer.refusal };
}
