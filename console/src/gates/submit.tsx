import { isMac } from '../parts/platform.ts';

interface SubmitProps {
  /** Undefined: nothing is chosen yet. */
  readonly name: string | undefined;
  readonly isDeciding: boolean;
  /** It cannot be decided so here: not yet, or no longer. */
  readonly isOver?: boolean;
}

/** The button that decides, and what is said meanwhile. */
export const Submit = ({ name, isDeciding, isOver = false }: SubmitProps) => (
  <div class="row">
    <button type="submit" class="main" disabled={name === undefined || isDeciding || isOver}>
      {isDeciding ? 'deciding…' : (name ?? 'Choose above')} <kbd>{isMac ? '⌘' : 'Ctrl'} ↵</kbd>
    </button>
    <span class="small muted" role="status">
      {isDeciding && 'It is decided once its event has come back.'}
    </span>
  </div>
);
