import type { Signal } from '@preact/signals';

interface FieldProps {
  readonly comment: Signal<string>;
  /** Who asks for changes says which. */
  readonly isRequired: boolean;
}

/** Why it is decided so. `⌘Enter` or `Ctrl Enter` in it sends the form. */
export const CommentField = ({ comment, isRequired }: FieldProps) => (
  <label>
    <span>
      Comment <span class="muted">{isRequired ? 'what is to be changed' : 'if you like'}</span>
    </span>
    <textarea
      rows={2}
      maxLength={10_000}
      required={isRequired}
      value={comment.value}
      onInput={(event) => {
        comment.value = event.currentTarget.value;
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.metaKey || event.ctrlKey))
          event.currentTarget.form?.requestSubmit();
      }}
    />
  </label>
);
