// The look of the pages that ask a person to allow something, beside that of all pages. Allow cannot be pressed in the
// first half second, so that nobody presses it who meant to press what was there before: a grey button stands in its
// place. The browser sees to that, without a script. The grey one is the first of the form, so Enter in a field presses
// that one, at any time; it closes the dialog around it, and there is none (HTML §4.10.21.2, §4.10.21.3). A disabled one
// would not do, for Chromium passes it over and takes the next, be that hidden or not.

export const CONSENT_STYLE_PATH = '/v1/auth/consent.css';

export const CONSENT_STYLE = `@keyframes arm { from { visibility: hidden } to { visibility: visible } }
@keyframes unarm { from { visibility: visible } to { visibility: hidden } }
.arm, .arm:hover { background: none; color: var(--accent); border-color: var(--muted) }
.arm:hover { border-color: var(--accent) }
.arm { animation: arm 500ms step-end both }
.unarmed { animation: unarm 500ms step-end both }
.armed { display: inline-grid }
.armed > button { grid-area: 1 / 1 }
button.unarmed, button.unarmed:hover { background: var(--line); color: var(--muted); cursor: default }
.asks { margin: 0 0 1rem; padding-left: 1.25rem }
.asks li { margin: 0.25rem 0 }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; margin: 1.25rem 0 }
.facts dt { color: var(--muted) }
.facts dd { margin: 0; overflow-wrap: anywhere }
.choice { margin: 1.25rem 0; padding: 0.5rem 1rem 0.75rem; border: 1px solid var(--line); border-radius: 8px }
.choice legend { padding: 0 0.25rem; font-weight: 600 }
.choice label { display: flex; gap: 0.5rem; align-items: baseline; margin: 0.375rem 0; font-weight: 400; overflow-wrap: anywhere }
.choice .within { max-height: 12rem; margin-left: 1.5rem; overflow: auto }
input.code { font: 600 1.5rem ui-monospace, monospace; letter-spacing: 0.12em; text-transform: uppercase }
`;
