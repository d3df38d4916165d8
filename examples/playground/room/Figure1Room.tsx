import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { writeAddress } from '../state/address.ts';
import { Figure1 } from './Figure1.tsx';
import { programOf } from './figure1Program.ts';
import { readState, writeState, type Figure1State } from './figure1State.ts';

interface Figure1RoomProps {
  /** The keys of the address that belong to rooms. */
  readonly others: Signal<Readonly<Record<string, string>>>;
  /** Shows a program in the workbench. */
  readonly open: (text: string) => Promise<void>;
}

/**
 * Figure 1 with its numbers in the address. The address is written once the reader has changed
 * something, and a link that is followed while the page is open is read again.
 */
export function Figure1Room({ others, open }: Figure1RoomProps): JSX.Element {
  const [{ state, arrival }, set] = useState(() => ({ state: readState(others.value), arrival: 0 }));
  const known = useRef(others.value);
  useEffect(
    () =>
      others.subscribe((now) => {
        if (now === known.current) return;
        known.current = now;
        set((before) => ({ state: readState(now), arrival: before.arrival + 1 }));
      }),
    [others],
  );
  const change = (next: Figure1State, asked: boolean): void => {
    set((before) => ({ ...before, state: next }));
    if (asked || 'g' in others.value) others.value = known.current = { ...others.value, ...writeState(next) };
  };
  const copy = async (shown: Figure1State): Promise<boolean> => {
    const address = writeAddress({ room: 'figure-1', others: { ...others.value, ...writeState(shown) } });
    try {
      await navigator.clipboard.writeText(new URL(`#${address}`, location.href).href);
      return true;
    } catch {
      // A browser may refuse the clipboard. Then the link stands in the address bar.
      change(shown, true);
      return false;
    }
  };
  return (
    <Figure1
      key={arrival}
      state={state}
      onChange={change}
      onCopy={copy}
      onOpen={(shown) => void open(programOf(shown))}
    />
  );
}
