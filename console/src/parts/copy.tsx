import { say } from '../shell/toast.tsx';

/** Puts a text into the clipboard and says so. */
export async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say(`${what} is copied.`);
  } catch {
    say('The browser does not let this page copy: select the text instead.', true);
  }
}

/** An id in full or shortened, that a click copies. */
export function CopyId({ id }: { readonly id: string }) {
  return (
    <button type="button" class="id" title={`Copy ${id}`} onClick={() => void copy(id, id)}>
      {id}
    </button>
  );
}
