import type { JSX } from 'preact';
import { percent } from './axis.ts';

interface ArrowProps {
  /** Where it ends, on an axis from −range to range. It starts at 0. */
  readonly value: number;
  readonly range: number;
  readonly struck?: boolean;
  /** The fraction of a struck arrow that passes all the same. */
  readonly leak?: number;
  readonly kind: string;
}

/** An arrow from 0 to a value, on a picture that is as wide as its track. */
export function Arrow({ value, range, struck = false, leak = 0, kind }: ArrowProps): JSX.Element {
  const end = percent(value, range);
  const direction = value < 0 ? -1 : 1;
  // The head of a short arrow is small, so that it does not reach to the other side of 0.
  const head = Math.min(1, Math.max(0.35, Math.abs(end - 50) / 7));
  const none = !(Math.abs(end - 50) > 1.5);
  return (
    <svg class={`arrow arrow-${kind}`} data-struck={struck || undefined} aria-hidden="true">
      {none ? (
        <circle class="arrow-dot" cx={`${end}%`} cy="50%" r="5" />
      ) : (
        <g class="arrow-body">
          <line class="arrow-shaft" x1="50%" x2={`${end}%`} y1="50%" y2="50%" />
          <svg class="arrow-end" x={`${end}%`} y="50%">
            <path class="arrow-back" d="M0 0h-14" transform={`scale(${direction * head} ${head})`} />
            <path
              class="arrow-head"
              d="M2 0l-20 -10.5q4.5 10.5 0 21z"
              transform={`scale(${direction * head} ${head})`}
            />
          </svg>
        </g>
      )}
      {struck && leak > 0 && !none && (
        <line class="arrow-shaft" x1="50%" x2={`${50 + leak * (end - 50)}%`} y1="50%" y2="50%" />
      )}
      {struck && !none && (
        <svg class="arrow-end" x={`${(50 + end) / 2}%`} y="50%">
          <path class="arrow-strike" d="M-7 12L7 -12" />
        </svg>
      )}
    </svg>
  );
}
