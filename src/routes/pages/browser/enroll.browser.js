// /bootstrap, /invite and the first passkey: a secret out of the fragment, then a passkey, then the recovery codes.

import { fieldOf, find, onSubmit, tell } from './form.browser.js';
import { perform, post } from './webauthn.browser.js';

const KEY = 'slc-enroll';
const FORM = /^slc_(boot|inv)_[0-9A-Za-z]{36}$/;

/** The secret is taken out of the address bar, and outlives a reload or a sign-in on the way in this tab alone. */
function takeSecret() {
  const secret = location.hash.slice(1);
  if (FORM.test(secret)) {
    sessionStorage.setItem(KEY, secret);
    history.replaceState(null, '', location.pathname);
  }
  const kept = sessionStorage.getItem(KEY) ?? '';
  const type = location.pathname === '/invite' ? 'slc_inv_' : 'slc_boot_';
  return kept.startsWith(type) ? kept : '';
}

/** @param {readonly string[]} codes */
function showCodes(codes) {
  const list = find('codes');
  for (const code of codes) {
    const item = document.createElement('li');
    item.textContent = code;
    list?.append(item);
  }
  for (const id of ['enroll', 'passkey', 'intro']) find(id)?.setAttribute('hidden', '');
  find('done')?.removeAttribute('hidden');
  const heading = document.querySelector('h1');
  if (heading) {
    heading.textContent = 'Write down your recovery codes';
    heading.tabIndex = -1;
    heading.focus();
  }
  find('copy')?.addEventListener('click', async () => {
    await navigator.clipboard.writeText(codes.join('\n')).catch(() => {});
    const copied = find('copied');
    if (copied) copied.textContent = 'Copied.';
  });
}

async function registerPasskey() {
  const { recoveryCodes } = await perform('register');
  sessionStorage.removeItem(KEY);
  if (Array.isArray(recoveryCodes)) showCodes(recoveryCodes);
  else location.assign('/signin/account');
}

/** The secret is used up then: what is left to do is the passkey, as often as it takes. */
function showPasskeyStep() {
  find('enroll')?.setAttribute('hidden', '');
  find('passkey')?.removeAttribute('hidden');
}

const secret = takeSecret();
const isMissing = find('enroll') !== null && secret === '';
if (isMissing) {
  find('enroll')?.setAttribute('hidden', '');
  tell('This link is not complete. Open it again as it was given to you.');
}

onSubmit('enroll', async (form) => {
  const { path = '', signedin } = form.dataset;
  const name = fieldOf(form, 'name');
  const email = fieldOf(form, 'email');
  const credential = path === '/v1/auth/bootstrap' ? { credential: 'passkey' } : {};
  const person = name === '' ? {} : { name, email };
  await post(path, { token: secret, ...person, ...credential });
  if (signedin === 'true') {
    sessionStorage.removeItem(KEY);
    location.assign('/account/projects');
    return;
  }
  showPasskeyStep();
  await registerPasskey();
});

onSubmit('passkey', registerPasskey);
