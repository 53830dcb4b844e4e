import { useSignal } from '@preact/signals';
import { readMoreWaiting, readWaiting, WAITING_PAGE } from '../../live/read-waiting.ts';
import { hasMoreWaiting, waitingRefusal } from '../../live/waiting.ts';

/** What of the list was not read: the button that reads on, and why nothing could be read. */
export function MoreWaiting() {
  const isReading = useSignal(false);
  const readOn = async (): Promise<void> => {
    isReading.value = true;
    await readMoreWaiting();
    isReading.value = false;
  };
  const refusal = waitingRefusal.value;
  return (
    <>
      {refusal !== null && (
        <p class="bad" role="alert">
          {refusal.message} The list may be old.{' '}
          <button type="button" onClick={() => void readWaiting()}>
            Try again
          </button>
        </p>
      )}
      {hasMoreWaiting.value && (
        <button type="button" disabled={isReading.value} onClick={() => void readOn()}>
          {WAITING_PAGE} more
        </button>
      )}
    </>
  );
}
