// The look of the pages that ask a person to allow something. Allow cannot be pressed in the first half second, so that
// nobody presses it who meant to press what was there before: the browser sees to that, without a script.

export const CONSENT_STYLE_PATH = '/v1/auth/consent.css';

export const CONSENT_STYLE = `@keyframes arm { from { visibility: hidden } to { visibility: visible } }
.arm { animation: arm 500ms step-end both }
.asks { margin: 1rem 0; padding-left: 1.25rem }
.asks li { margin: 0.25rem 0 }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; margin: 1rem 0 }
.facts dt { opacity: 0.75 }
.facts dd { margin: 0; overflow-wrap: anywhere }
.warning { border-left: 4px solid #b45309; padding: 0.5rem 0.75rem; margin: 1rem 0 }
.choice { margin: 1rem 0; border: 1px solid #8888; padding: 0.5rem 0.75rem }
.choice label { display: block; margin: 0.25rem 0; overflow-wrap: anywhere }
.choice .within { margin-left: 1.5rem; max-height: 12rem; overflow: auto }
.decide { display: flex; gap: 0.75rem; margin-top: 1rem }
.code { font: 600 1.5rem ui-monospace, monospace; letter-spacing: 0.1em }
`;
