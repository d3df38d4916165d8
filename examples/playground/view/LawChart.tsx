import type { JSX } from 'preact';
import { plain, share, signed } from '../law/numbers.ts';
import { percent } from './axis.ts';

/** A value that the result can have, its probability, and how often it came, from 0 to 1. */
export interface LawBar {
  readonly value: number;
  readonly probability: number;
  readonly frequency: number;
}

interface LawChartProps {
  readonly bars: readonly LawBar[];
  readonly mean: number;
  readonly variance: number;
  readonly range: number;
  /** The number of draws so far. */
  readonly draws: number;
}

/** The height of a bar of probability 1, and what is above and below it, in pixels. */
const tall = 112;
const above = 22;
const below = 54;

/**
 * The law of a result: an outline as high as its probability at each value, filled as far as the
 * draws have come so far, with the mean and the standard deviation under the axis.
 */
export function LawChart({ bars, mean, variance, range, draws }: LawChartProps): JSX.Element {
  const base = above + tall;
  const deviation = Math.sqrt(variance);
  const spoken = bars.map(({ value, probability }) => `${signed(value)} with probability ${share(probability)}`);
  const [a, b] = bars.map(({ value }) => percent(value, range));
  const close = a !== undefined && b !== undefined && Math.abs(a - b) < 14;
  const half = close ? 8 : 17;
  // Texts stand right of their bars; if two bars are close, those of the left one stand left of it.
  const isLeft = (x: number): boolean => close && x === Math.min(a, b);
  return (
    <svg
      class="law"
      height={base + below}
      role="img"
      aria-label={`The law of the result: ${spoken.join(', or ')}. Mean ${signed(mean)}, variance ${plain(variance)}.`}
    >
      <line class="law-axis" x1="0" x2="100%" y1={base} y2={base} />
      {bars.map(({ value, probability, frequency }) => {
        const x = percent(value, range);
        const side = isLeft(x) ? -1 : 1;
        return (
          <svg key={value} class="law-place" x={`${x}%`}>
            <rect
              class="law-draws"
              x={-half}
              width={2 * half}
              y={above}
              height={tall}
              style={{ transform: `scaleY(${frequency})`, transformOrigin: `0 ${base}px` }}
            />
            <rect
              class="law-bar"
              x={-half}
              width={2 * half}
              y={base - tall * probability}
              height={tall * probability}
            />
            <text
              class="law-probability"
              x={side * (half + 6)}
              y={Math.min(base - tall * probability + 10, base - 6)}
              text-anchor={side < 0 ? 'end' : 'start'}
            >
              {share(probability)}
            </text>
            <text
              class="law-value"
              x={close ? side * half : 0}
              y={base + 17}
              text-anchor={!close ? 'middle' : side < 0 ? 'end' : 'start'}
            >
              {signed(value)}
            </text>
          </svg>
        );
      })}
      {Number.isFinite(mean) && (
        <>
          {deviation > 0 && (
            <line
              class="law-deviation"
              x1={`${percent(mean - deviation, range)}%`}
              x2={`${percent(mean + deviation, range)}%`}
              y1={base + 30}
              y2={base + 30}
            />
          )}
          <svg class="law-place" x={`${percent(mean, range)}%`} y={base}>
            <path class="law-mean" d="M0 24l5 6l-5 6l-5 -6z" />
            <text class="law-mean-text" x="0" y="46" text-anchor="middle" dy="3">
              mean {signed(mean)}
            </text>
          </svg>
        </>
      )}
      {draws === 0 && <desc>No draw yet.</desc>}
    </svg>
  );
}
