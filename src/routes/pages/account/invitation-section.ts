// Who is invited to a project. We send no mail: the link is shown once, and who invites passes it on.

import type { Context } from 'hono';
import { html } from 'hono/html';
import { invite, resend, revoke } from '../../../actions/invitations.ts';
import { ok, type Result } from '../../../contract/error.ts';
import {
  type Invitation,
  type InvitationWithLink,
  InviteBody,
} from '../../../contract/invitation.ts';
import { ROLES, type Role } from '../../../contract/principal.ts';
import type { FormKeys } from '../../../middleware/account-form.ts';
import type { AppEnv } from '../../../middleware/app-env.ts';
import type { Html } from '../page.ts';
import { confirmed, formKeys, roleOptions, when } from './account-parts.ts';
import { askFor, readFields } from './account-router.ts';
import type { May } from './member-section.ts';
import { sendShownOnce } from './shown-once.ts';

interface Invitations extends May {
  readonly invitations: readonly Invitation[];
  /** As it was filled in, where it was refused. */
  readonly form: URLSearchParams | null;
}

/** Invites, revokes, or makes a new link. Null where there is no link to be shown. */
export async function changeInvitation(
  c: Context<AppEnv>,
  projectId: string,
  form: URLSearchParams,
): Promise<Result<InvitationWithLink | null>> {
  const ask = askFor(c, 'members:write', { stepUp: true });
  const named = { projectId, id: form.get('id') ?? '' };
  const deed = form.get('do');
  if (deed === 'revoke') return toLink(await revoke(ask, named));
  if (deed === 'resend') return toLink(await resend(ask, named));
  const message = form.get('message') ?? '';
  const body = readFields(InviteBody, {
    email: form.get('email') ?? '',
    role: form.get('role') ?? '',
    ...(message === '' ? {} : { message }),
  });
  return body.ok ? toLink(await invite(ask, projectId, body.value)) : body;
}

const toLink = (
  done: Result<{ readonly body: InvitationWithLink | null }>,
): Result<InvitationWithLink | null> => (done.ok ? ok(done.value.body) : done);

export const isLinkMade = (made: InvitationWithLink | null): made is InvitationWithLink =>
  made !== null;

export const sendLink = (c: Context<AppEnv>, made: InvitationWithLink): Promise<Response> =>
  sendShownOnce(c, {
    tab: 'projects',
    title: `Invitation for ${made.email}`,
    secret: made.url,
    label: 'Link',
    warning: html`Give the link to <strong>${made.email}</strong> and to nobody else: whoever opens it first joins the
project as ${made.role}. It works once, until ${when(made.expiresAt)}.`,
    back: c.req.path,
  });

export function invitationSection(
  keys: FormKeys,
  { invitations, own, mayChange, isFresh, form }: Invitations,
): Html {
  const open = invitations.filter(({ state }) => state === 'pending' || state === 'expired');
  return html`<h2>Invitations</h2>
${open.length === 0 ? html`<p class="quiet">Nobody is invited at the moment.</p>` : ''}
<ul class="items">${open.map((one) => invitationItem(one, mayChange && isFresh ? keys : null))}</ul>
${mayChange && isFresh ? inviteForm(keys, own, form?.get('do') === 'invite' ? form : null) : ''}`;
}

function invitationItem({ id, email, role, state, expiresAt }: Invitation, keys: FormKeys | null) {
  const isExpired = state === 'expired';
  return html`<li><div><p>${email}</p>
<p class="small quiet">${isExpired ? 'Expired' : 'Open until'} ${when(expiresAt)}</p></div>
<span class="badge">${role}</span>
${
  keys === null
    ? ''
    : html`<form class="bare" method="post">${formKeys(keys, { deed: 'resend', id })}
<button class="plain" aria-label="New link for ${email}">New link</button></form>
${isExpired ? '' : revokeForm(keys, id, email)}`
}</li>`;
}

const revokeForm = (keys: FormKeys, id: string, email: string) =>
  confirmed(keys, {
    deed: 'revoke',
    id,
    open: 'Revoke',
    button: 'Yes, revoke',
    label: `Revoke the invitation for ${email}`,
    sentence: 'The link that you have passed on will not work any more.',
  });

const inviteForm = (keys: FormKeys, own: Role, form: URLSearchParams | null): Html => html`
<form method="post">${formKeys(keys, { deed: 'invite' })}
<div class="pair"><div><label for="email">E-mail address</label>
<input id="email" name="email" type="email" value="${form?.get('email') ?? ''}" required maxlength="254" autocomplete="off"></div>
<div><label for="role">Role</label>
<select id="role" name="role">${roleOptions(own, roleOf(form))}</select></div></div>
<label for="message">Message <span class="quiet">(optional)</span></label>
<input id="message" name="message" value="${form?.get('message') ?? ''}" maxlength="1000" autocomplete="off">
<button>Make an invitation</button>
</form>`;

const roleOf = (form: URLSearchParams | null): Role =>
  ROLES.find((role) => role === form?.get('role')) ?? 'developer';
