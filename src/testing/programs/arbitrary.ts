import fc from 'fast-check';
import { randomProgram } from './generate.ts';
import type { Choice } from './pool.ts';
import type { Program } from './program.ts';
import { simpler } from './simpler.ts';

/** Programs of up to 60 nodes; fast-check gives the random numbers and does the shrinking. */
class Programs extends fc.Arbitrary<Program> {
  readonly #more: readonly (readonly Choice[])[];

  constructor(more: readonly (readonly Choice[])[]) {
    super();
    this.#more = more;
  }

  override generate(random: fc.Random): fc.Value<Program> {
    return new fc.Value(
      randomProgram((n) => random.nextInt(0, n - 1), this.#more),
      undefined,
    );
  }

  override canShrinkWithoutContext(value: unknown): value is Program {
    return Array.isArray(value);
  }

  override shrink(value: Program): fc.Stream<fc.Value<Program>> {
    return fc.stream(simpler(value)).map((p) => new fc.Value(p, undefined));
  }
}

/** `more` adds to what programs may do, by groups that are equally likely. */
export const programs = (more: readonly (readonly Choice[])[] = []): fc.Arbitrary<Program> => new Programs(more);
