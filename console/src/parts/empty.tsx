import type { ComponentChildren } from 'preact';
import { copy } from './copy.tsx';

interface EmptyProps {
  readonly title: string;
  readonly children?: ComponentChildren;
  /** A command that would fill this place. */
  readonly command?: string;
}

/** A place with nothing in it: why, and the command that would fill it. */
export function Empty({ title, children, command }: EmptyProps) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
      {command !== undefined && (
        <figure>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long line is scrolled by keyboard. */}
          <pre tabIndex={0}>{command}</pre>
          <button type="button" onClick={() => void copy(command, 'The command')}>
            Copy
          </button>
        </figure>
      )}
    </div>
  );
}
