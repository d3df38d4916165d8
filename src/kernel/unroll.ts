import { range } from '../graph/shape.ts';
import { call, type Code, type Fold, type KernelCode, type Nest } from './code.ts';
import { counter, keyOf, literal, replaced, type Affine } from './affine.ts';

/**
 * Code with a counter `lane` in it as code for each of its values, side by side: a loop that
 * computed one neighbour computes all of them, and what does not depend on the lane is computed
 * once.
 */
export function inLanes({ results, places, ...operands }: KernelCode, lane: string, count: number): KernelCode {
  const lanes = range(count);
  const done = new Map<Code, readonly Code[]>();
  const nests = new Map<Nest, ReadonlyMap<Fold, readonly Code[]>>();
  const reads = new Map<string, Code>();
  const placesOf = new Map<string, Code>();

  const same = <T>(items: readonly T[]): boolean => items.every((item) => item === items[0]);

  /** A counter that data decides is another one in each lane whose data are. */
  function placeIn(name: string, max: number, j: number): Affine | undefined {
    const code = places.get(name);
    if (!code) return undefined;
    const all = spread(code);
    const own = same(all) ? name : `${name}l${j}`;
    placesOf.set(own, all[j]!);
    return counter(own, max + 1);
  }

  const at = (e: Affine, j: number): Affine =>
    replaced(e, (name, { max }) => (name === lane ? literal(j) : placeIn(name, max, j)));

  /** One object for equal indices of an array, in whichever lane or turn they are. */
  function indexed(e: Affine, name: string, make: (e: Affine) => Code): Code[] {
    return lanes.map((j) => {
      const own = at(e, j);
      const key = `${name} ${keyOf(own)}`;
      const code = reads.get(key) ?? make(own);
      reads.set(key, code);
      return code;
    });
  }

  function loop(nest: Nest): ReadonlyMap<Fold, readonly Code[]> {
    const folds: Fold[] = [];
    const own: Nest = { counters: nest.counters, folds };
    const codes = nest.folds.map((fold) => {
      const values = spread(fold.value);
      const codes = new Map<Code, Code>();
      for (const value of new Set(values)) {
        const each: Fold = { by: fold.by, value };
        folds.push(each);
        codes.set(value, { kind: 'fold', nest: own, fold: each });
      }
      return [fold, values.map((value) => codes.get(value)!)] as const;
    });
    return new Map(codes);
  }

  function spread(code: Code): readonly Code[] {
    let all = done.get(code);
    if (!all) done.set(code, (all = made(code)));
    return all;
  }

  function made(code: Code): readonly Code[] {
    if (code.kind === 'number' || code.kind === 'scalar') return lanes.map(() => code);
    if (code.kind === 'index') return indexed(code.of, 'index', (of) => ({ kind: 'index', of }));
    if (code.kind === 'read')
      return indexed(code.index, `${code.array}`, (index) => ({ kind: 'read', array: code.array, index }));
    if (code.kind === 'fold') {
      let known = nests.get(code.nest);
      if (!known) nests.set(code.nest, (known = loop(code.nest)));
      return known.get(code.fold)!;
    }
    const args = code.args.map(spread);
    if (args.every(same)) {
      const one = call(code.name, ...args.map((a) => a[0]!));
      return lanes.map(() => one);
    }
    return lanes.map((j) => call(code.name, ...args.map((a) => a[j]!)));
  }

  return { results: results.flatMap(spread), places: placesOf, ...operands };
}
