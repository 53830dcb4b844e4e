import type { ComponentChildren } from 'preact';
import { Dialog } from './dialog.tsx';

interface QuestionProps {
  readonly title: string;
  /** What follows from a yes. */
  readonly text: string;
  readonly close: () => void;
  /** The button that says yes. */
  readonly children: ComponentChildren;
}

/** Asks once more before something happens that cannot be taken back. */
export function Question({ title, text, close, children }: QuestionProps) {
  return (
    <Dialog title={title} close={close}>
      <p>{text}</p>
      <div class="row">
        {children}
        <button type="button" onClick={close}>
          Keep it
        </button>
      </div>
    </Dialog>
  );
}
