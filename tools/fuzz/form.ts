// Forms as clients of the authorization server send them: mostly of a client that exists, with what it was given.
import type { Random } from '../faults/random.ts';
import { anyText } from './mutate.ts';
import type { Access } from './request.ts';

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

/** The members of `value` as a form, with the client's own credentials more often than not. */
export const fillForm = (value: unknown, access: Access, random: Random): string => {
  if (typeof value !== 'object' || value === null) return textOf(value).toWellFormed();
  const form = new URLSearchParams();
  for (const [name, member] of Object.entries(value)) {
    form.append(name.toWellFormed(), textOf(member).toWellFormed().slice(0, 10_000));
    if (random.isChance(0.02)) form.append(name.toWellFormed(), 'again');
  }
  // One proof of who asks, as RFC 6749 section 2.3 wants it; the others are for the unlucky.
  if (random.isChance(0.8)) {
    form.delete('client_assertion');
    form.delete('client_assertion_type');
    const isPublic = random.isChance(0.3);
    const client = isPublic ? 'cli_sluice' : access.clients[0];
    form.set('client_id', client);
    form.delete('client_secret');
    if (!isPublic) form.set('client_secret', random.pick(access.clientSecrets));
  }
  const text = form.toString();
  if (!random.isChance(0.05)) return text;
  return random.pick(['', '%', '&&&=', `${text}&%ff=%00`, text + anyText(random).toWellFormed()]);
};
