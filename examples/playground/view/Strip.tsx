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
  /** The most significant digits of a number. */
  readonly digits?: number;
}

/** The width of a digit. */
const digit = 7.2;

/** The class of a lane's colour, for the element i of a node that holds several lanes. */
const laneClass = (i: number, perLane: number | undefined): string =>
  perLane === undefined ? '' : ` loss-${(Math.floor(i / perLane) % 6) + 1}`;

/**
 * The elements of a node in the space of a line: a few numbers as text if there is room, or else
 * bars from a middle line, upwards for positive ones. NaN is a cross, and ∞ a bar in the colour of
 * errors.
 */
export function Strip({ values, x, y, width, height, perLane, digits = 6 }: Props): JSX.Element {
  const middle = y + height / 2;
  if (!values || values.first.length === 0)
    return (
      <text class="strip-text quiet" x={x} y={middle} dominant-baseline="central">
        {values ? 'empty' : 'no value'}
      </text>
    );
  const { first, count } = values;
  const texts = first.slice(0, 6).map((v) => short(v, count === 1 ? digits : Math.min(digits, 4)));
  if (count === 1 || (count === texts.length && texts.join('  ').length * digit <= width))
    return (
      <text class="strip-text" x={x} y={middle} dominant-baseline="central">
        {texts.map((text, i) => (
          <tspan
            class={`strip-number${Number.isFinite(first[i]) ? '' : ' strip-odd'}${laneClass(i, perLane)}`}
            dx={i === 0 ? 0 : 8}
          >
            {text}
          </tspan>
        ))}
      </text>
    );
  // What the bars do not show is marked at their end.
  const unseen = values.nan + values.infinite - first.filter((v) => !Number.isFinite(v)).length;
  const end = x + width - 3.5;
  const most = first.reduce((m, v) => (Number.isFinite(v) ? Math.max(m, Math.abs(v)) : m), 0);
  const cell = Math.min(10, (width - (unseen > 0 ? 10 : 0)) / first.length);
  const gap = cell > 4 ? 1 : cell > 2 ? 0.5 : 0;
  return (
    <g class="strip">
      <line class="strip-middle" x1={x} x2={x + cell * first.length} y1={middle} y2={middle} />
      {first.map((v, i) => {
        const left = x + i * cell;
        if (Number.isNaN(v)) return <Cross x={left + cell / 2} y={middle} r={Math.min(3, cell / 2)} />;
        const size = Number.isFinite(v) ? (most > 0 ? (Math.abs(v) / most) * (height / 2) : 0) : height / 2;
        const tall = Math.max(v === 0 ? 0 : 1, size);
        return (
          <rect
            class={`strip-bar${Number.isFinite(v) ? '' : ' strip-odd'}${laneClass(i, perLane)}`}
            x={left}
            y={v > 0 ? middle - tall : middle}
            width={cell - gap}
            height={tall}
          />
        );
      })}
      {unseen > 0 ? (
        <g data-test="strip-unseen">
          <title>{`${unseen} of the elements that have no bar are NaN or infinite`}</title>
          <Cross x={end} y={middle} r={3.5} />
        </g>
      ) : null}
    </g>
  );
}

function Cross({ x, y, r }: { readonly x: number; readonly y: number; readonly r: number }): JSX.Element {
  return <path class="strip-odd" d={`M${x - r} ${y - r}L${x + r} ${y + r}M${x - r} ${y + r}L${x + r} ${y - r}`} />;
}
