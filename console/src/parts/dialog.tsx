import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';

interface DialogProps {
  readonly title: string;
  readonly close: () => void;
  readonly children: ComponentChildren;
}

/** A modal dialog that is open while it is there; Escape and a click beside it close it. */
export function Dialog({ title, close, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Before the next key: one that is pressed at once belongs into the dialog, and not to the page below.
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    // The browser would focus the button that closes.
    dialog?.querySelector<HTMLElement>('input, textarea, select')?.focus();
  }, []);
  const shut = (): void => ref.current?.close();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same.
    <dialog
      ref={ref}
      aria-labelledby={id}
      onClose={close}
      onClick={(event) => {
        if (event.target === ref.current) shut();
      }}
    >
      <div class="sheet">
        <div>
          <h2 id={id}>{title}</h2>
          <button type="button" class="plain" aria-label="Close" onClick={shut}>
            ×
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
