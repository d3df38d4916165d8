import { leaf } from '../graph/build.ts';
import type { Node } from '../graph/node.ts';
import { remember } from '../graph/remember.ts';
import type { Expr } from '../graph/scalar.ts';
import { show } from '../graph/shape.ts';
import { topological } from '../graph/walk.ts';
import { nodeOf, Tensor, type TensorLike } from '../tensor/tensor.ts';
import { trace } from '../tensor/transforms/trace.ts';

/** Equal keep functions are one expression object, so that a plan made for one serves the other. */
const known = new Map<string, Expr>();

/**
 * The maximum depth of an expression. Expressions are compiled by recursion, and into one line of
 * code.
 */
const deepest = 256;

/**
 * Calls the keep function f(P) once on a placeholder, the purity P, and returns it as an
 * expression. Throws, with `name`, unless f returns a scalar that is computed by elementwise
 * operations from P and numbers.
 */
export function traceKeep(name: string, keep: (p: Tensor) => TensorLike): Expr {
  if (typeof keep !== 'function')
    throw new Error(`${name}: keep must be a function of the purity, got ${String(keep)}`);
  const p = leaf([], 'purity');
  const f = nodeOf(
    name,
    trace(() => keep(new Tensor(p))),
  );
  if (f.shape.length > 0)
    throw new Error(`${name}: keep must return a scalar for a scalar, got shape ${show(f.shape)}`);
  const order = topological([f], (n) => n === p);
  const expressions = new Map<Node, Expr>([[p, { kind: 'param', index: 0 }]]);
  const depths = new Map<Node, number>();
  let text = '';
  for (const n of order) {
    const depth = 1 + Math.max(0, ...n.inputs.map((x) => depths.get(x) ?? 0));
    depths.set(n, n === p ? 0 : depth);
    if (depth > deepest)
      throw new Error(`${name}: keep must be at most ${deepest} operations deep, got one that is deeper`);
    if (n === p) text += 'p;';
    else if (n.op === 'constant') {
      expressions.set(n, { kind: 'number', value: n.attrs.value });
      text += `${n.attrs.value};`;
    } else if (n.op === 'elementwise' && n.inputs.length > 0) {
      const args = n.inputs.map((x) => expressions.get(x)!);
      expressions.set(n, { kind: 'call', name: `op.${n.attrs.name}`, args });
      text += `${n.attrs.name}(${n.inputs.map((x) => order.indexOf(x)).join()});`;
    } else {
      const what = n.inputs.length === 0 ? 'another tensor' : n.op;
      throw new Error(`${name}: keep must be made of elementwise operations on its argument and numbers, got ${what}`);
    }
  }
  return known.get(text) ?? remember(known, text, expressions.get(f)!);
}
