import { canTell, flipNotices, isTelling } from '../../live/notices.ts';
import { say } from '../../shell/toast.tsx';

/** Lets the browser tell when something waits, while its reader looks elsewhere. */
export function Notify() {
  if (!canTell) return null;
  const flip = async (): Promise<void> => {
    const wasTelling = isTelling.value;
    const tells = await flipNotices();
    if (!wasTelling && !tells) {
      say('The browser does not let this page notify: allow it in the settings of the site.', true);
    }
  };
  return (
    <button type="button" aria-pressed={isTelling.value} onClick={() => void flip()}>
      Notify me
    </button>
  );
}
