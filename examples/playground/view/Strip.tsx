import type { Values } from 'cotangent/inspect';
import type { JSX } from 'preact';
import { short } from './number.ts';

interface Props {
  readonly values: Values | undefined;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The number of elements of each lane, if the elements are those of lanes. */
  readonly perLane?: number;
}

/**
 * The elements of a node in the space of a line: one number as text, more as bars from a middle
 * line, upwards for positive ones. NaN is a cross and ∞ a bar with an arrow.
 */
export function Strip({ values, x, y, width, height, perLane }: Props): JSX.Element {
  const middle = y + height / 2;
  if (!values || values.first.length === 0)
    return (
      <text class="strip-text quiet" x={x} y={middle} dominant-baseline="central">
        {values ? 'empty' : 'no value'}
      </text>
    );
  const { first, count } = values;
  if (count === 1)
    return (
      <text class={`strip-text${Number.isFinite(first[0]) ? '' : ' strip-odd'}`} x={x} y={middle} dominant-baseline="central">
        {short(first[0]!, 6)}
      </text>
    );
  const most = first.reduce((m, v) => (Number.isFinite(v) ? Math.max(m, Math.abs(v)) : m), 0);
  const cell = Math.min(10, width / first.length);
  const gap = cell > 4 ? 1 : cell > 2 ? 0.5 : 0;
  return (
    <g class="strip">
      <line class="strip-middle" x1={x} x2={x + cell * first.length} y1={middle} y2={middle} />
      {first.map((v, i) => {
        const left = x + i * cell;
        const lane = perLane === undefined ? '' : ` loss-${(Math.floor(i / perLane) % 6) + 1}`;
        if (Number.isNaN(v)) {
          const r = Math.min(3, cell / 2);
          const c = left + cell / 2;
          return <path class="strip-odd" d={`M${c - r} ${middle - r}L${c + r} ${middle + r}M${c - r} ${middle + r}L${c + r} ${middle - r}`} />;
        }
        const size = Number.isFinite(v) ? (most > 0 ? (Math.abs(v) / most) * (height / 2) : 0) : height / 2;
        const tall = Math.max(v === 0 ? 0 : 1, size);
        return (
          <rect
            class={`strip-bar${Number.isFinite(v) ? '' : ' strip-odd'}${lane}`}
            x={left}
            y={v > 0 ? middle - tall : middle}
            width={cell - gap}
            height={tall}
          />
        );
      })}
    </g>
  );
}
