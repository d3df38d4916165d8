import type { JSX } from 'preact';

export type Face = '+' | '−';

interface CoinProps {
  /** The face that lies above; undefined before the first toss. */
  readonly face: Face | undefined;
  readonly tossing: boolean;
  /** True if both faces have the same result, or one never comes. */
  readonly idle: boolean;
  /** The last faces, oldest first. */
  readonly past: readonly Face[];
}

/** A coin that shows the sign that is kept, and the last five of its faces. */
export function Coin({ face, tossing, idle, past }: CoinProps): JSX.Element {
  return (
    <div class="coin-group" data-idle={idle || undefined} aria-hidden="true">
      <span class="coin-place">
        <span class="coin" data-tossing={tossing || undefined} data-face={tossing ? undefined : face}>
          <span class="coin-face">{tossing ? '' : (face ?? '?')}</span>
        </span>
      </span>
      <span class="coin-past">
        {Array.from({ length: 5 }, (_, i) => (
          <span key={i} class="coin-small" data-face={past[i]}>
            {past[i]}
          </span>
        ))}
      </span>
    </div>
  );
}
