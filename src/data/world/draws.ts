import { foldWords, hash } from '../../../kernels/random.ts';
import { normalQuantile } from './normal.ts';

/**
 * Random numbers for one example, one after the other, each a function of two words and how many
 * came before. They are made by exact or correctly rounded arithmetic, so they have the same bits
 * in every engine.
 */
export class Draws {
  readonly #k0: number;
  readonly #k1: number;
  #count = 0;

  constructor(k0: number, k1: number) {
    this.#k0 = k0;
    this.#k1 = k1;
  }

  /** Draws that have nothing in common with these or with those of another number. */
  fold(i: number): Draws {
    return new Draws(...foldWords(this.#k0, this.#k1, i));
  }

  /** 32 random bits. */
  bits(): number {
    return hash(this.#k0, this.#k1, this.#count++);
  }

  /** Evenly distributed between low and high. */
  between(low: number, high: number): number {
    return low + (high - low) * ((this.bits() + 0.5) * 2 ** -32);
  }

  chance(p: number): boolean {
    return this.between(0, 1) < p;
  }

  /** An integer from 0 to n − 1, each as likely as the others to 2⁻³². */
  below(n: number): number {
    return Math.floor(this.between(0, n));
  }

  normal(): number {
    return normalQuantile(this.between(0, 1));
  }
}
