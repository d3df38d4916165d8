import type { Affine, Atom } from './affine.ts';
import type { Code, KernelCode, Nest } from './code.ts';
import { Dependencies, type Counters } from './dependencies.ts';

/** The place of a value: outside all loops, or in the first `depth` loops of a nest. */
export interface Level {
  readonly nest: Nest | undefined;
  readonly depth: number;
}

export const top: Level = { nest: undefined, depth: 0 };
const deeper = (a: Level, b: Level): Level => (b.depth > a.depth ? b : a);

/**
 * Returns functions that find the outermost place where a code, an index or an atom of a kernel can
 * be computed.
 */
export function levelsOf(
  nests: Iterable<Nest>,
  places: KernelCode['places'],
): { code: (code: Code) => Level; index: (e: Affine) => Level; atom: (atom: Atom) => Level } {
  const dependencies = new Dependencies(places);
  const owner = new Map<string, Level>();
  for (const nest of nests) nest.counters.forEach((c, i) => owner.set(c.name, { nest, depth: i + 1 }));
  const levelOf = (counters: Counters): Level =>
    [...counters].map((name) => owner.get(name) ?? top).reduce(deeper, top);
  return {
    code: (code) => levelOf(dependencies.ofCode(code)),
    index: (e) => levelOf(dependencies.ofIndex(e)),
    atom: (atom) => levelOf(dependencies.ofAtom(atom)),
  };
}
