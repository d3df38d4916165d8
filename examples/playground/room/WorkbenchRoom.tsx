import type { JSX } from 'preact';
import type { Store } from '../state/store.ts';
import { Bench } from '../view/Bench.tsx';

/** The workbench: a program, and what it makes. */
export function WorkbenchRoom({ store }: { readonly store: Store }): JSX.Element {
  return <Bench store={store} />;
}
