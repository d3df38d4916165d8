import type { JSX } from 'preact';
import { letterOf, signed } from '../law/numbers.ts';

interface Props {
  /** The gradient of each loss. */
  readonly gradients: readonly number[];
  /** Whether the mask keeps each loss; undefined if there is no mask. */
  readonly kept: readonly boolean[] | undefined;
  /** The size that fills one side. */
  readonly most: number;
}

const width = 132;
const height = 20;

/**
 * The pulls of the losses: negative ones to the left, positive ones to the right. Dropped ones are
 * struck out.
 */
export function StackedBar({ gradients, kept, most }: Props): JSX.Element {
  const ends = { left: width / 2, right: width / 2 };
  const scale = most > 0 ? (width / 2 - 2) / most : 0;
  const label = gradients
    .map((g, i) => `loss ${letterOf(i)} ${signed(g)}${kept && !kept[i] && g !== 0 ? ', dropped' : ''}`)
    .join('; ');
  return (
    <svg class="stack" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {gradients.map((g, i) => {
        if (!Number.isFinite(g) || g === 0) return null;
        const length = Math.abs(g) * scale;
        const x = g > 0 ? ends.right : ends.left - length;
        if (g > 0) ends.right += length;
        else ends.left -= length;
        const isDropped = kept !== undefined && !kept[i];
        return (
          <g class={`stack-part loss-${(i % 6) + 1}`} data-dropped={isDropped || undefined}>
            <rect x={x} y="3" width={Math.max(1, length - 1)} height={height - 6} rx="2" />
            {length > 14 ? (
              <text x={x + length / 2} y={height / 2} text-anchor="middle" dominant-baseline="central">
                {letterOf(i)}
              </text>
            ) : null}
            {isDropped ? <line x1={x} x2={x + length - 1} y1={height / 2} y2={height / 2} /> : null}
          </g>
        );
      })}
      <line class="stack-middle" x1={width / 2} x2={width / 2} y1="0" y2={height} />
    </svg>
  );
}
