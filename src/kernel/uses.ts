import type { Affine } from './affine.ts';
import type { Code, KernelCode, Nest } from './code.ts';

/**
 * Counts the uses of each code of a kernel, and lists the kernel's loops in the order in which a
 * walk from the results meets them.
 */
export function usesOf(
  results: KernelCode['results'],
  places: KernelCode['places'],
): { uses: ReadonlyMap<Code, number>; nests: ReadonlySet<Nest> } {
  const uses = new Map<Code, number>();
  const nests = new Set<Nest>();
  const indices = new Set<string>();

  function visit(code: Code): void {
    const n = uses.get(code) ?? 0;
    uses.set(code, n + 1);
    if (n > 0) return;
    if (code.kind === 'call') code.args.forEach(visit);
    if (code.kind === 'index') visitIndex(code.of);
    if (code.kind === 'read') visitIndex(code.index);
    if (code.kind === 'fold' && !nests.has(code.nest)) {
      nests.add(code.nest);
      code.nest.folds.forEach((f) => visit(f.value));
    }
  }

  function visitIndex(e: Affine): void {
    for (const { atom } of e.terms) {
      if (indices.has(atom.key)) continue;
      indices.add(atom.key);
      if (atom.kind !== 'counter') visitIndex(atom.of);
      else if (places.has(atom.key)) visit(places.get(atom.key)!);
    }
  }

  results.forEach(visit);
  return { uses, nests };
}
