// "Do this in code": what this screen shows or does, as a command that can be copied.

import { useState } from 'preact/hooks';
import { later } from './later.tsx';
import type { Call } from './samples.ts';

const SampleList = later(() => import('./sample-list.tsx').then((one) => one.SampleList));

/** Commands for what the screen does, folded away until somebody wants them. */
export function InCode({ calls }: { readonly calls: readonly Call[] }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="code" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Do this in code</summary>
      {isOpen && <SampleList calls={calls} />}
    </details>
  );
}
