// Who belongs to a project, and in which role.

import type { Context } from 'hono';
import { html } from 'hono/html';
import { deleteMember, putMember } from '../../../actions/members.ts';
import type { Result } from '../../../contract/error.ts';
import { type Member, MemberBody } from '../../../contract/member.ts';
import { type Role, rankOf } from '../../../contract/principal.ts';
import type { FormKeys } from '../../../middleware/account-form.ts';
import type { AppEnv } from '../../../middleware/app-env.ts';
import type { Html } from '../page.ts';
import { confirmed, confirmFirst, formKeys, roleOptions } from './account-parts.ts';
import { askFor, readFields } from './account-router.ts';

const ANY = { isGiven: false, revision: null };

/** What the person may do about those who belong, or will belong, to the project. */
export interface May {
  /** The role that they have themselves. */
  readonly own: Role;
  readonly mayChange: boolean;
  readonly isFresh: boolean;
}

interface Members extends May {
  readonly members: readonly Member[];
  readonly selfId: string;
}

/** Changes a role, or takes somebody out of the project. */
export async function changeMember(
  c: Context<AppEnv>,
  projectId: string,
  form: URLSearchParams,
): Promise<Result<unknown>> {
  const ask = askFor(c, 'members:write', { stepUp: true });
  const named = { projectId, principalId: form.get('id') ?? '', precondition: ANY };
  if (form.get('do') === 'remove') return deleteMember(ask, named);
  const body = readFields(MemberBody, { role: form.get('role') ?? '' });
  return body.ok ? putMember(ask, named, body.value.role) : body;
}

export const memberSection = (c: Context<AppEnv>, keys: FormKeys, may: Members): Html => html`
<h2>Members</h2>
<ul class="items">${may.members.map((member) => memberItem(keys, member, may))}</ul>
${may.isFresh ? '' : confirmFirst(c, may.mayChange ? 'to change who belongs to it' : 'to leave it')}`;

function memberItem(keys: FormKeys, member: Member, may: Members): Html {
  const { principalId, kind, name, email, role } = member;
  const isSelf = principalId === may.selfId;
  const isWithin = may.mayChange && rankOf(role) <= rankOf(may.own);
  return html`<li>
<div><p>${name}${isSelf ? html` <span class="quiet">(you)</span>` : ''}</p>
<p class="small quiet">${kind === 'service' ? 'Service' : (email ?? '')}</p></div>
<span class="badge">${role}</span>
${may.isFresh && (isWithin || isSelf) ? memberForms(keys, member, { ...may, isWithin, isSelf }) : ''}</li>`;
}

function memberForms(
  keys: FormKeys,
  { principalId: id, name, role }: Member,
  { own, isWithin, isSelf }: May & { readonly isWithin: boolean; readonly isSelf: boolean },
): Html {
  return html`<details class="confirm"><summary class="button plain" aria-label="Change ${name}">Change</summary>
<div class="within">
${
  isWithin
    ? html`<form class="bare" method="post">${formKeys(keys, { deed: 'role', id })}
<label for="role-${id}">Role</label>
<div class="inline"><select id="role-${id}" name="role">${roleOptions(own, role)}</select>
<button class="plain">Save</button></div></form>`
    : ''
}
${confirmed(keys, {
  deed: 'remove',
  id,
  open: isSelf ? 'Leave' : 'Remove',
  button: isSelf ? 'Yes, leave' : 'Yes, remove',
  label: isSelf ? 'Leave the project' : `Remove ${name}`,
  sentence: isSelf
    ? 'You will not see the project any more until somebody invites you again.'
    : 'They lose the project at once, on every device.',
})}
</div></details>`;
}
