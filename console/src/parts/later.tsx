import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { onFeed } from '../live/feed.ts';
import { sayUnloaded } from '../shell/toast.tsx';

/** A component that is loaded when it is first shown; what was out of reach is tried again once the stream is back. */
export function later<P extends object>(
  load: () => Promise<FunctionComponent<P>>,
): FunctionComponent<P> {
  return (props: P) => {
    const [loaded, setLoaded] = useState<{ readonly Shown: FunctionComponent<P> } | null>(null);
    useEffect(() => {
      let stop = (): void => {};
      const attempt = (): Promise<void> =>
        load().then((Shown) => {
          stop();
          setLoaded({ Shown });
        });
      attempt().catch(() => {
        sayUnloaded();
        stop = onFeed({ state: () => void attempt().catch(() => {}) });
      });
      return () => stop();
    }, []);
    return loaded === null ? null : <loaded.Shown {...props} />;
  };
}
