import { evaluateOne } from '../../device/reference/reference.ts';
import { leaf } from '../../graph/build.ts';
import { sizeOf, type Node } from '../../graph/node.ts';
import { make } from '../../graph/simplify.ts';
import { range } from '../../graph/shape.ts';
import { rounded, type Arithmetic, type Bounded } from './rounding.ts';

/** Returns, for each result of a fold, the indices of the elements that are folded into it. */
function groups(node: Node<'reduce'>): number[][] {
  const shape = node.inputs[0]!.shape;
  const numbered = leaf(node.shape);
  const home = evaluateOne(make('expand', [numbered], shape, {}), [Float64Array.from(range(sizeOf(node.shape)))]);
  const out = range(sizeOf(node.shape)).map((): number[] => []);
  home.forEach((g, i) => out[g]!.push(i));
  return out;
}

/** The bounds of products, maxima and minima over axes. */
export function foldBounds(
  node: Node<'reduce'>,
  x: Bounded,
  value: Float64Array,
  origin: Float64Array,
  arithmetic: Arithmetic,
): Bounded {
  const error = value.map(() => 0);
  groups(node).forEach((group, at) => {
    if (node.attrs.kind === 'prod') {
      // Π (|x| + e) − Π |x| bounds the error of the product for all errors of the factors.
      let [plain, moved] = [1, 1];
      for (const i of group) {
        plain *= Math.abs(x.value[i]!);
        moved *= Math.abs(x.value[i]!) + x.error[i]!;
      }
      error[at] = 1.0001 * (moved - plain) + rounded(arithmetic, group.length, moved);
      return;
    }
    const sign = node.attrs.kind === 'max' ? 1 : -1;
    error[at] = group.reduce((e, i) => Math.max(e, x.error[i]!), 0);
    const best = group.reduce((b, i) => (sign * x.value[i]! > sign * x.value[b]! ? i : b), group[0]!);
    const certain = group.every(
      (i) => x.origin[i] === x.origin[best] || Math.abs(x.value[best]! - x.value[i]!) > x.error[best]! + x.error[i]!,
    );
    if (group.length > 0 && certain) {
      origin[at] = x.origin[best]!;
      error[at] = x.error[best]!;
    }
  });
  return { value, error, origin };
}
