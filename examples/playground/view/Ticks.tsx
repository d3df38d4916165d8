import type { JSX } from 'preact';
import { signed } from '../law/numbers.ts';
import { percent } from './axis.ts';

/** The numbers on an axis from −range to range. */
export function Ticks({ range }: { readonly range: number }): JSX.Element {
  return (
    <>
      {[-1, -0.5, 0, 0.5, 1].map((part) => (
        <span key={part} class="tick number" style={{ left: `${percent(part * range, range)}%` }} aria-hidden="true">
          {signed(part * range)}
        </span>
      ))}
    </>
  );
}
