import type { Refusal } from '../api/ask.ts';

/** What is shown where something could not be read. */
export function Refused({
  refusal,
  again,
}: {
  readonly refusal: Refusal;
  readonly again: () => void;
}) {
  return (
    <div class="empty" role="alert">
      <h2>{refusal.message}</h2>
      {refusal.hint !== undefined && <p>{refusal.hint}</p>}
      <p class="muted">
        <code>{refusal.code}</code>
      </p>
      <button type="button" onClick={again}>
        Try again
      </button>
    </div>
  );
}
