import { sizeOf, type Node } from '../../graph/node.ts';
import { rounded, ulp, type Arithmetic, type Bounded } from './rounding.ts';

/**
 * The bound of a GradDrop merge. If rounding can change a sign or the comparison of purity and
 * draw, any lane may or may not pass.
 */
export function signDropBounds(
  node: Node<'signDrop'>,
  inputs: readonly Bounded[],
  value: Float64Array,
  arithmetic: Arithmetic,
): Float64Array {
  const [g, G, u] = inputs as [Bounded, Bounded, Bounded];
  const { leak, keepZero, k } = node.attrs;
  const leaks = leak ? inputs[3] : undefined;
  const A = keepZero ? inputs[leak ? 4 : 3] : undefined;
  const lanes = node.inputs[0]!.shape[0]!;
  const place = node.inputs[2]!.shape;
  const [n, m] = [sizeOf(node.shape), sizeOf(place)];
  const homeOf = (at: number): number => {
    let [rest, home, step] = [at, 0, 1];
    for (let d = place.length - 1; d >= 0; d--) {
      if (place[d] !== 1) home += (rest % node.shape[d]!) * step;
      rest = Math.floor(rest / node.shape[d]!);
      step *= place[d]!;
    }
    return home;
  };
  return value.map((_, at) => {
    const w = homeOf(at);
    let [difference, total, slack] = [0, 0, 0];
    for (let i = 0; i < lanes; i++) {
      difference += G.value[i * m + w]!;
      total += Math.abs(G.value[i * m + w]!);
      slack += G.error[i * m + w]!;
    }
    const margin = Math.abs(k! * difference - (2 * u.value[w]! - 1) * total);
    const sure = k !== undefined && margin > 2 * slack + 2 * total * (u.error[w]! + (lanes + 4) * ulp);
    let error = 0;
    let size = 0;
    for (let i = 0; i < lanes; i++) {
      const [s, e] = [G.value[i * m + w]!, G.error[i * m + w]!];
      const [x, ex] = [Math.abs(g.value[i * n + at]!), g.error[i * n + at]!];
      const zero = s === 0 && e === 0;
      const known = zero ? A === undefined || A.error[at] === 0 || A.value[at] !== 0 : sure && Math.abs(s) > e;
      error += known ? ex : x + ex;
      if (leaks) error += (x + ex) * leaks.error[i]!;
      size += x + ex;
    }
    return error + rounded(arithmetic, lanes + 2, size);
  });
}
