// /g/:gateId: what a notification links to. It leads into the console; with `?plain=1` it is a page that works without a
// script. To look at it decides nothing; a form that was shown to the person does.

import type { Context } from 'hono';
import { html } from 'hono/html';
import { decideGate } from '../../actions/decide-gate.ts';
import { type GateView, viewGate } from '../../actions/gate-view.ts';
import { ERRORS, type Refusal, type Result, refuse } from '../../contract/error.ts';
import { ChangeRequestBody, GateDecisionBody } from '../../contract/gate.ts';
import {
  enterByForm,
  enterPage,
  type FormKeys,
  newFormKeys,
} from '../../middleware/account-form.ts';
import type { AppEnv } from '../../middleware/app-env.ts';
import { unwrap } from '../../middleware/refusal.ts';
import { formKeys } from './account/account-parts.ts';
import {
  askFor,
  createAccountRouter,
  readFields,
  refused,
  sendAccountPage,
  settle,
} from './account/account-router.ts';
import { gateFacts } from './gate-facts.ts';
import { byLocalName } from './local-name.ts';
import type { Html } from './page.ts';

const PATH = '/g/:gateId';
const VERBS = ['approve', 'reject', 'request-changes'] as const;

export const gatePage = createAccountRouter();

gatePage.get(PATH, byLocalName, async (c) => {
  // The console shows it, and asks for the sign-in itself. Without a script this page does.
  if (c.req.query('plain') === undefined) {
    return c.redirect(`/console/inbox?gate=${encodeURIComponent(c.req.param('gateId'))}`, 303);
  }
  await enterPage(c);
  return sendGate(c, null);
});

gatePage.post(PATH, async (c) => {
  const form = await enterByForm(c);
  const again = (refusal: Refusal) => sendGate(c, refusal);
  const seen = unwrap(await viewGate(askFor(c, 'tasks:read'), c.req.param('gateId')));
  const { taskId, id } = seen.gate;
  const asked = await decide(c, form, { taskId, id });
  return asked.ok
    ? settle(c, asked, { to: `${c.req.path}?plain=1`, again })
    : refused(c, asked.refusal, again);
});

function decide(
  c: Context<AppEnv>,
  form: URLSearchParams,
  { taskId, id }: { readonly taskId: string; readonly id: string },
): Promise<Result<unknown>> {
  const ask = askFor(c, 'gates:approve');
  const comment = form.get('comment')?.trim() ?? '';
  const actionHash = form.get('hash') ?? '';
  const said = { actionHash, ...(comment === '' ? {} : { comment }) };
  const decision = VERBS.find((verb) => verb === form.get('do'));
  if (decision === undefined) {
    return Promise.resolve(refuse('invalid_request', 'Choose what is to be done.'));
  }
  const schema = decision === 'request-changes' ? ChangeRequestBody : GateDecisionBody;
  const body = readFields(schema, said);
  return body.ok
    ? decideGate(ask, taskId, { gate: id, decision, ...body.value })
    : Promise.resolve(body);
}

async function sendGate(c: Context<AppEnv>, refusal: Refusal | null): Promise<Response> {
  const view = unwrap(await viewGate(askFor(c, 'tasks:read'), c.req.param('gateId') ?? ''));
  const keys = await newFormKeys(c);
  return sendAccountPage(c, {
    tab: null,
    title: `Gate ${view.gate.name}`,
    refusal,
    styles: ['/pages/gate.css'],
    body: html`${gateFacts(view)}
${decision(view, keys)}
<p class="row small"><a href="/inbox">Everything that waits</a></p>`,
  });
}

function decision({ gate }: GateView, keys: FormKeys): Html {
  const { canDecide, why, myVote, actionHash } = gate;
  if (!canDecide) {
    // Our own code, of the table of refusals.
    const meaning = why !== null && why in ERRORS ? ERRORS[why as keyof typeof ERRORS].meaning : '';
    return html`<p class="notice">It is not yours to decide. ${meaning}</p>`;
  }
  return html`${myVote === null ? '' : html`<p class="notice">You have approved it; others have to as well.</p>`}
<form method="post">${formKeys(keys)}
<input type="hidden" name="hash" value="${actionHash}">
<label for="comment">Comment <span class="quiet">(for changes, what they are)</span></label>
<textarea id="comment" name="comment" rows="3" maxlength="10000"></textarea>
<p class="row"><button class="plain" name="do" value="approve">Approve</button>
<button class="plain" name="do" value="request-changes">Request changes</button>
<button class="danger" name="do" value="reject">Reject</button></p>
</form>`;
}
