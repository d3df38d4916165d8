import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

interface LaterProps<P extends object> {
  readonly load: () => Promise<ComponentType<P>>;
  readonly props: P;
}

/** Shows a component that is loaded when it is first needed. */
export function Later<P extends object>({ load, props }: LaterProps<P>): JSX.Element {
  const [loaded, setLoaded] = useState<{ readonly Component?: ComponentType<P>; readonly failed?: true }>({});
  useEffect(
    () =>
      void load().then(
        (Component) => setLoaded({ Component }),
        () => setLoaded({ failed: true }),
      ),
    [load],
  );
  const { Component, failed } = loaded;
  if (failed) return <p class="prose">This part of the page could not be loaded. Reload the page to try again.</p>;
  return Component ? <Component {...props} /> : <p class="quiet">…</p>;
}
