import type { Refusal } from '../api/ask.ts';
import { plain } from './plain.ts';

/** Why something that was asked for has not been done, beside the place where it was asked. */
export function Why({ refusal }: { readonly refusal: Refusal | null }) {
  if (refusal === null) return null;
  const { message, hint = '', code } = refusal;
  return (
    <p class="bad" role="alert">
      {plain(`${message} ${hint}`.trim())} <code>{code}</code>
    </p>
  );
}
