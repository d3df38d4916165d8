import { useEffect, useRef, useState } from 'preact/hooks';

/** How long a coin is in the air, and how long it lies before the next one of the first five. */
const flight = 560;
const pause = 480;

const still = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

interface Tosses {
  readonly tossing: boolean;
  /** Tosses once. A coin that is in the air lands first. */
  readonly toss: () => void;
}

/**
 * Tosses a coin: `land` is called when it has landed. With `first` above 0, so many coins are
 * tossed one after another without being asked. A reader who wants no motion sees them land at
 * once.
 */
export function useTosses(land: (coins: number) => void, first: number): Tosses {
  const [tossing, setTossing] = useState(false);
  const timer = useRef(0);
  const landing = useRef(land);
  landing.current = land;

  const toss = (rest: number): void => {
    if (still() || document.hidden) {
      landing.current(1 + rest);
      return;
    }
    setTossing(true);
    timer.current = window.setTimeout(() => {
      timer.current = 0;
      setTossing(false);
      landing.current(1);
      if (rest > 0) timer.current = window.setTimeout(() => toss(rest - 1), pause);
    }, flight);
  };

  useEffect(() => {
    if (first > 0) timer.current = window.setTimeout(() => toss(first - 1), still() ? 0 : pause);
    return () => window.clearTimeout(timer.current);
  }, []);

  return {
    tossing,
    toss: () => {
      window.clearTimeout(timer.current);
      if (tossing) landing.current(1);
      toss(0);
    },
  };
}
