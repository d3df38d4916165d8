import type { Affine, Atom } from './affine.ts';
import type { Code, KernelCode, Nest } from './code.ts';

/** Where a value is known: outside all loops, or inside the first `depth` loops of a nest. */
export interface Level {
  readonly nest: Nest | undefined;
  readonly depth: number;
}

export const top: Level = { nest: undefined, depth: 0 };
const deeper = (a: Level, b: Level): Level => (b.depth > a.depth ? b : a);

/** Where codes and indices of a kernel are known. */
export function levelsOf(
  nests: Iterable<Nest>,
  places: KernelCode['places'],
): {
  level(this: void, code: Code): Level;
  affineLevel(this: void, e: Affine): Level;
  atomLevel(this: void, atom: Atom): Level;
} {
  const levels = new Map<Code, Level>();
  const owner = new Map<string, Level>();
  for (const nest of nests) nest.counters.forEach((c, i) => owner.set(c.name, { nest, depth: i + 1 }));

  const atomLevel = (atom: Atom): Level =>
    atom.kind !== 'counter'
      ? affineLevel(atom.of)
      : places.has(atom.key)
        ? level(places.get(atom.key)!)
        : (owner.get(atom.key) ?? top);
  const affineLevel = (e: Affine): Level => e.terms.map((t) => atomLevel(t.atom)).reduce(deeper, top);

  function level(code: Code): Level {
    let known = levels.get(code);
    if (!known) {
      known =
        code.kind === 'call'
          ? code.args.map(level).reduce(deeper, top)
          : code.kind === 'index'
            ? affineLevel(code.of)
            : code.kind === 'read'
              ? affineLevel(code.index)
              : top;
      levels.set(code, known);
    }
    return known;
  }

  return { level, affineLevel, atomLevel };
}
