import type { JSX } from 'preact';
import { share } from '../law/numbers.ts';

interface Props {
  readonly purity: number;
  /** The keep function. */
  readonly f: (purity: number) => number;
  readonly draw: number;
  /** f(P). */
  readonly keep: number;
}

const size = 132;
const margin = 22;
/** The number of pieces of the line. */
const parts = 96;

/**
 * The keep function, such as f(P) = k (P − ½) + ½, with the draw as a dot: below the line the
 * positive sign is kept, above it the negative one.
 */
export function KeepCurve({ purity, f, draw, keep }: Props): JSX.Element {
  const x = (p: number): number => margin + p * size;
  const y = (u: number): number => size + 4 - u * size;
  // A probability is at least 0 and at most 1; where f is no number, there is no line.
  const line = Array.from({ length: parts + 1 }, (_, i) => [i / parts, f(i / parts)] as const)
    .filter(([, u]) => !Number.isNaN(u))
    .map(([p, u]) => `${x(p)} ${y(Math.min(1, Math.max(0, u)))}`)
    .join('L');
  const known = !Number.isNaN(purity);
  const label = known
    ? `f(P) = ${share(keep)} at P = ${share(purity)}. The draw U = ${share(draw)} keeps the ${draw < keep ? 'positive' : 'negative'} sign.`
    : 'The purity is undefined.';
  return (
    <svg class="keep" width={size + margin + 8} height={size + 26} role="img" aria-label={label}>
      <rect class="keep-frame" x={x(0)} y={y(1)} width={size} height={size} />
      <path class="keep-below" d={`M${x(0)} ${y(0)}L${line}L${x(1)} ${y(0)}Z`} />
      <path class="keep-line" d={`M${line}`} />
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
