import type { Refusal } from '../../api/ask.ts';
import { plain } from '../../parts/plain.ts';

interface Fault {
  readonly path: string;
  readonly message: string;
}

/** Every fault by its path; a click shows the place. */
export function ConfigFaults({
  refusal,
  show,
}: {
  readonly refusal: Refusal | null;
  readonly show: (path: string) => void;
}) {
  // What the API says of each wrong field (RFC 9457, `errors`).
  const faults = (refusal?.body['errors'] ?? []) as readonly Fault[];
  if (faults.length === 0) return null;
  return (
    <ul aria-label="What is wrong">
      {faults.map(({ path, message }) => (
        <li key={path}>
          <button type="button" class="id" onClick={() => show(path)}>
            {plain(path)}
          </button>{' '}
          {plain(message)}
        </li>
      ))}
    </ul>
  );
}
