import { foldWords, hash } from '../../../kernels/random.ts';
import { normalQuantile } from './normal.ts';

/**
 * A stream of random numbers for one example. Each is a function of two words and its position in
 * the stream. Only exact or correctly rounded arithmetic is used, so the bits are the same in every
 * engine.
 */
export class Draws {
  readonly #k0: number;
  readonly #k1: number;
  #count = 0;

  constructor(k0: number, k1: number) {
    this.#k0 = k0;
    this.#k1 = k1;
  }

  /** Returns a stream that is independent of this one and of those of other indices. */
  fold(i: number): Draws {
    return new Draws(...foldWords(this.#k0, this.#k1, i));
  }

  /** Draws 32 random bits. */
  bits(): number {
    return hash(this.#k0, this.#k1, this.#count++);
  }

  /** Draws a number uniformly between low and high. */
  between(low: number, high: number): number {
    return low + (high - low) * ((this.bits() + 0.5) * 2 ** -32);
  }

  /** Draws true with probability p. */
  chance(p: number): boolean {
    return this.between(0, 1) < p;
  }

  /** Draws an integer from 0 to n − 1; the probabilities are equal to within 2⁻³². */
  below(n: number): number {
    return Math.floor(this.between(0, n));
  }

  /** Draws a standard normal number. */
  normal(): number {
    return normalQuantile(this.between(0, 1));
  }
}
