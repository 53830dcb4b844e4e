// /signin: shows a passkey, and goes where the person wanted to go.

import { onSubmit } from './form.browser.js';
import { perform } from './webauthn.browser.js';

onSubmit('signin', async (form) => {
  const { purpose, target = '/signin/account' } = form.dataset;
  await perform(purpose === 'stepUp' ? 'stepUp' : 'signin');
  location.assign(target);
});
