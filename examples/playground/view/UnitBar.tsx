import type { JSX } from 'preact';
import { letterOf, share, signed } from '../law/numbers.ts';

interface UnitBarProps {
  /** The gradient of each loss. */
  readonly gradients: readonly number[];
  /** f(P): a draw left of it keeps the positive sign. */
  readonly keep: number;
  /** The draw in (0, 1), if there is one. */
  readonly draw: number | undefined;
}

/**
 * The numbers from 0 to 1, divided among the losses by the sizes of their gradients: the positive
 * ones from the left, so that they end at the purity, then the negative ones. A draw falls on it.
 */
export function UnitBar({ gradients, keep, draw }: UnitBarProps): JSX.Element {
  const largest = Math.max(...gradients.map(Math.abs));
  const sizes = gradients.map((g) => Math.abs(g / largest));
  const total = sizes.reduce((a, b) => a + b, 0);
  const order = [1, -1].flatMap((sign) => gradients.flatMap((g, i) => (g * sign > 0 ? [i] : [])));
  const known = total > 0 && Number.isFinite(total);
  return (
    <div class="unit">
      <div class="unit-bar" aria-hidden="true">
        {known &&
          order.map((i) => (
            <span
              key={i}
              class={`unit-part loss-${i + 1}`}
              data-sign={gradients[i]! > 0 ? 'positive' : 'negative'}
              style={{ flexGrow: sizes[i]! / total }}
              title={`loss ${letterOf(i)}: ${signed(gradients[i]!)}`}
            >
              <span class="unit-letter">{sizes[i]! / total > 0.08 ? letterOf(i) : ''}</span>
            </span>
          ))}
        {!Number.isNaN(keep) && <span class="unit-keep" style={{ left: `${keep * 100}%` }} />}
        {draw !== undefined && (
          <span class="unit-draw" key={draw} style={{ left: `${draw * 100}%` }}>
            <span class="unit-draw-mark" />
          </span>
        )}
      </div>
      <div class="unit-scale caption number" aria-hidden="true">
        <span>{draw !== undefined && draw < 0.06 ? '' : 0}</span>
        {draw !== undefined && (
          <span
            class="unit-draw-text"
            data-end={draw > 0.8 ? 'right' : draw < 0.2 ? 'left' : undefined}
            style={{ left: `${draw * 100}%` }}
          >
            U = {share(draw)}
          </span>
        )}
        <span>{draw !== undefined && draw > 0.94 ? '' : 1}</span>
      </div>
    </div>
  );
}
