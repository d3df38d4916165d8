import { memo } from '../graph/memo.ts';
import { range } from '../graph/shape.ts';
import { call, type Code, type Fold, type KernelCode, type Nest } from './code.ts';
import { counter, keyOf, literal, replaced, type Affine } from './affine.ts';

/**
 * Unrolls the counter `name` of the outputs. The result computes the outputs for all `count` values
 * of the counter. A loop that computed one output computes all of them, and code that does not
 * depend on the counter is computed once.
 */
export function unrolled({ results, places, ...operands }: KernelCode, name: string, count: number): KernelCode {
  const values = range(count);
  const done = new Map<Code, readonly Code[]>();
  const nests = new Map<Nest, ReadonlyMap<Fold, readonly Code[]>>();
  const reads = new Map<string, Code>();
  const placesOf = new Map<string, Code>();

  const same = <T>(items: readonly T[]): boolean => items.every((item) => item === items[0]);

  /**
   * Returns the counter that replaces `place`, a counter that data decides, in output j. If the
   * data are the same for all outputs, they share one counter; otherwise each output has one.
   */
  function placeIn(place: string, max: number, j: number): Affine | undefined {
    const code = places.get(place);
    if (!code) return undefined;
    const all = spread(code);
    const own = same(all) ? place : `${place}l${j}`;
    placesOf.set(own, all[j]!);
    return counter(own, max + 1);
  }

  const at = (e: Affine, j: number): Affine =>
    replaced(e, (counter, { max }) => (counter === name ? literal(j) : placeIn(counter, max, j)));

  /** Makes an index or a read for each output. Outputs whose indices are equal share one object. */
  function indexed(e: Affine, array: string, make: (e: Affine) => Code): Code[] {
    return values.map((j) => {
      const own = at(e, j);
      return memo(reads, `${array} ${keyOf(own)}`, () => make(own));
    });
  }

  function loop(nest: Nest): ReadonlyMap<Fold, readonly Code[]> {
    const folds: Fold[] = [];
    const own: Nest = { counters: nest.counters, folds };
    const codes = nest.folds.map((fold) => {
      const all = spread(fold.value);
      const codes = new Map<Code, Code>();
      for (const value of new Set(all)) {
        const each: Fold = { by: fold.by, value };
        folds.push(each);
        codes.set(value, { kind: 'fold', nest: own, fold: each });
      }
      return [fold, all.map((value) => codes.get(value)!)] as const;
    });
    return new Map(codes);
  }

  const spread = (code: Code): readonly Code[] => memo(done, code, () => made(code));

  function made(code: Code): readonly Code[] {
    if (code.kind === 'number' || code.kind === 'scalar') return values.map(() => code);
    if (code.kind === 'index') return indexed(code.of, 'index', (of) => ({ kind: 'index', of }));
    if (code.kind === 'read')
      return indexed(code.index, `${code.array}`, (index) => ({ kind: 'read', array: code.array, index }));
    if (code.kind === 'fold') return memo(nests, code.nest, () => loop(code.nest)).get(code.fold)!;
    const args = code.args.map(spread);
    if (args.every(same)) {
      const one = call(code.name, ...args.map((a) => a[0]!));
      return values.map(() => one);
    }
    return values.map((j) => call(code.name, ...args.map((a) => a[j]!)));
  }

  return { results: results.flatMap(spread), places: placesOf, ...operands };
}
