import { signal } from '@preact/signals';
import type { Control } from './controls.ts';

/** What is being asked of the task: its sheet is open. Set wherever there is a button for it. */
export const asked = signal<Control | null>(null);
