// What the scripts of these pages share: finding elements, telling errors, and one thing at a time.

import { Refused } from './webauthn.browser.js';

/**
 * @param {string} id
 * @returns {HTMLElement | null}
 */
export const find = (id) => document.getElementById(id);

/** @param {string} sentence told by screen readers at once; an empty one takes it away */
export function tell(sentence) {
  const alert = find('alert');
  if (alert) alert.textContent = sentence;
}

/**
 * Does one thing while the button says so, and tells why it did not work.
 * @param {HTMLButtonElement} button
 * @param {() => Promise<void>} work
 */
export async function busily(button, work) {
  if (button.disabled) return;
  button.disabled = true;
  tell('');
  try {
    await work();
  } catch (error) {
    tell(error instanceof Refused ? error.message : 'Something went wrong. Try again.');
  } finally {
    button.disabled = false;
  }
}

/**
 * The button that sends a form, and what happens when it is sent.
 * @param {string} id of the form
 * @param {(form: HTMLFormElement) => Promise<void>} work
 */
export function onSubmit(id, work) {
  const form = find(id);
  if (!(form instanceof HTMLFormElement)) return;
  const button = form.querySelector('button');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (button) void busily(button, () => work(form));
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 */
export const fieldOf = (form, name) => String(new FormData(form).get(name) ?? '').trim();
