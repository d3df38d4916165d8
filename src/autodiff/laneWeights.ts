import { constant, elementwise, mul, reshape, squeeze, stopGradient, sum, unsqueeze, where } from '../graph/build.ts';
import { huge, scaleDown, scaleUp, tiny } from '../../kernels/graddrop.ts';
import { is, type Node } from '../graph/node.ts';
import { rewrite } from '../graph/walk.ts';

const positivePart = (x: Node): Node => where(elementwise('greater', x, constant(0)), x, constant(0));

/**
 * p = Σ_{G_i>0} G_i, q = Σ_{G_i<0} |G_i| and what decides, S = p + q and D = p − q, scaled so that
 * none overflows or vanishes.
 */
function sides(G: Node): { positive: Node; S: Node; D: Node } {
  const over = (x: Node): Node => squeeze(sum(positivePart(x), [0]), [0]);
  const both = (x: Node): [Node, Node] => [over(x), over(elementwise('neg', x))];
  const [p, q] = both(G);
  const [pDown, qDown] = both(mul(G, constant(scaleDown)));
  const overflown = elementwise('greater', elementwise('add', p, q), constant(huge));
  const choose = (plain: Node, down: Node): Node => where(overflown, down, plain);
  const [P, Q] = [choose(p, pDown), choose(q, qDown)];
  const total = elementwise('add', P, Q);
  const up = where(elementwise('less', total, constant(tiny)), constant(scaleUp), constant(1));
  return { positive: mul(P, up), S: mul(total, up), D: mul(elementwise('sub', P, Q), up) };
}

/** P = p / (p + q) of lanes G [lanes, …], ½ where all are zero. */
export function purity(G: Node): Node {
  const { positive, S } = sides(G);
  const none = elementwise('equal', S, constant(0));
  return where(none, constant(0.5), elementwise('div', positive, where(none, constant(1), S)));
}

/**
 * What GradDrop multiplies each lane by: ℓ + (1 − ℓ) M of the node's own arithmetic, out of
 * ordinary operations. Its transpose needs them, and Σ weights·g is the node's oracle.
 */
export function laneWeights(y: Node<'signDrop'>): Node {
  const [g, G, u] = y.inputs as [Node, Node, Node];
  const { leak, keepZero, k, keep } = y.attrs;
  const rest = y.inputs.slice(3);
  const leaks = leak ? reshape('signDrop', rest[0]!, [g.shape[0]!, ...y.shape.map(() => 1)]) : constant(0);
  const A = keepZero ? rest[leak ? 1 : 0]! : undefined;

  let positive: Node;
  if (keep) positive = elementwise('greater', applyKeep(keep, purity(G)), u);
  else {
    const { S, D } = sides(G);
    const centred = elementwise('sub', mul(constant(2), u), constant(1));
    positive = elementwise('greater', mul(constant(k!), D), mul(centred, S));
  }
  const sign = elementwise('sign', G);
  const chosen = where(unsqueeze(positive, [0]), constant(1), constant(-1));
  let kept = elementwise('equal', sign, chosen);
  if (A) {
    const nothing = elementwise(
      'and',
      elementwise('equal', G, constant(0)),
      elementwise('equal', unsqueeze(A, [0]), constant(0)),
    );
    kept = elementwise('or', kept, nothing);
  }
  return stopGradient(where(kept, constant(1), leaks));
}

/** f of a purity, by replaying the keep function's graph on it. */
function applyKeep(keep: { readonly p: object; readonly f: object }, purity: Node): Node {
  const done = new Map<Node, Node>([[keep.p as Node, purity]]);
  return rewrite(
    [keep.f as Node],
    (node, inputs) =>
      is(node, 'elementwise') ? elementwise(node.attrs.name, ...inputs) : node.inputs.length > 0 ? inputs[0]! : node,
    done,
  ).get(keep.f as Node)!;
}
