import fc from 'fast-check';
import { showAny } from '../../graph/shape.ts';
import { randomProgram } from './generate.ts';
import type { Choice } from './pool.ts';
import type { Program } from './program.ts';
import { simpler } from './simpler.ts';

/**
 * A fast-check arbitrary of programs with up to 60 nodes. fast-check supplies the random numbers
 * and drives the shrinking.
 */
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

/**
 * The arbitrary of random programs. `more` adds groups of operations; all groups are equally
 * likely.
 */
export function programs(more: readonly (readonly Choice[])[] = []): fc.Arbitrary<Program> {
  const isGroup = (group: unknown): boolean =>
    Array.isArray(group) && group.length > 0 && group.every((choice) => typeof choice === 'function');
  if (!Array.isArray(more) || !more.every(isGroup))
    throw new Error(`programs: more groups must be a list of lists of functions, got ${showAny(more)}`);
  return new Programs(more);
}
