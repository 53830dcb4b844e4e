// /signin/account: one more passkey. All else on that page works without a script.

import { find, onSubmit } from './form.browser.js';
import { perform } from './webauthn.browser.js';

find('add')?.removeAttribute('hidden');

onSubmit('add', async () => {
  const { recoveryCodes } = await perform('register');
  if (!Array.isArray(recoveryCodes)) {
    location.reload();
    return;
  }
  const list = find('codes');
  for (const code of recoveryCodes) {
    const item = document.createElement('li');
    item.textContent = code;
    list?.append(item);
  }
  find('done')?.removeAttribute('hidden');
});
