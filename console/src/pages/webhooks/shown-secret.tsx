import { copy } from '../../parts/copy.tsx';

/** A secret that the server says this once. */
export function ShownSecret({ secret }: { readonly secret: string | null }) {
  if (secret === null) return <p>The secret was shown before, and is not shown again.</p>;
  return (
    <div class="stack">
      <p>
        Your receiver verifies with this secret. <strong>It is shown this once.</strong>
      </p>
      <div class="row">
        <code>{secret}</code>
        <button type="button" onClick={() => void copy(secret, 'The secret')}>
          Copy
        </button>
      </div>
    </div>
  );
}
