import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { sayUnloaded } from '../shell/toast.tsx';

/** A component that is loaded when it is first shown. */
export function later<P extends object>(
  load: () => Promise<FunctionComponent<P>>,
): FunctionComponent<P> {
  return (props: P) => {
    const [loaded, setLoaded] = useState<{ readonly Shown: FunctionComponent<P> } | null>(null);
    useEffect(() => {
      load()
        .then((Shown) => setLoaded({ Shown }))
        .catch(sayUnloaded);
    }, []);
    return loaded === null ? null : <loaded.Shown {...props} />;
  };
}
