import type { JSX } from 'preact';
import { share } from '../law/numbers.ts';

interface Props {
  readonly purity: number;
  readonly k: number;
  readonly draw: number;
  /** f(P). */
  readonly keep: number;
}

const size = 132;
const margin = 22;

/**
 * The keep function f(P) = k (P − ½) + ½ with the draw as a dot: below the line the positive sign
 * is kept, above it the negative one.
 */
export function KeepCurve({ purity, k, draw, keep }: Props): JSX.Element {
  const x = (p: number): number => margin + p * size;
  const y = (u: number): number => size + 4 - u * size;
  const f = (p: number): number => k * (p - 0.5) + 0.5;
  const known = !Number.isNaN(purity);
  const label = known
    ? `f(P) = ${share(keep)} at P = ${share(purity)}. The draw U = ${share(draw)} keeps the ${draw < keep ? 'positive' : 'negative'} sign.`
    : 'The purity is undefined.';
  return (
    <svg class="keep" width={size + margin + 8} height={size + 26} role="img" aria-label={label}>
      <rect class="keep-frame" x={x(0)} y={y(1)} width={size} height={size} />
      <path class="keep-below" d={`M${x(0)} ${y(0)}L${x(0)} ${y(f(0))}L${x(1)} ${y(f(1))}L${x(1)} ${y(0)}Z`} />
      <line class="keep-line" x1={x(0)} y1={y(f(0))} x2={x(1)} y2={y(f(1))} />
      {known ? (
        <>
          <line class="keep-purity" x1={x(purity)} x2={x(purity)} y1={y(0)} y2={y(1)} />
          <circle class="keep-draw" cx={x(purity)} cy={y(draw)} r="5" />
        </>
      ) : null}
      <text class="keep-text" x={x(0.5)} y={y(0) + 16} text-anchor="middle">
        P
      </text>
      <text class="keep-text" x={margin - 8} y={y(0.5)} text-anchor="middle" dominant-baseline="central">
        U
      </text>
      <text class="keep-sign" x={x(1) - 6} y={y(0) - 8} text-anchor="end">
        keeps +
      </text>
      <text class="keep-sign" x={x(0) + 6} y={y(1) + 14}>
        keeps −
      </text>
    </svg>
  );
}
