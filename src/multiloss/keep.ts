import { leaf } from '../graph/build.ts';
import { is, type Node } from '../graph/node.ts';
import { remember } from '../graph/remember.ts';
import { show } from '../graph/shape.ts';
import { topological } from '../graph/walk.ts';
import { nodeOf, Tensor, type TensorLike } from '../tensor/tensor.ts';
import { trace } from '../tensor/transforms/trace.ts';

/** A keep function f(p) of the purity p, traced as a graph of scalars. */
export interface TracedKeep {
  readonly p: Node;
  readonly f: Node;
}

/**
 * Keep functions with equal graphs are one object, so that a plan made for one serves the other.
 */
const known = new Map<string, TracedKeep>();

/**
 * Traces a keep function once. Throws if it uses anything but elementwise operations of its
 * argument and numbers.
 */
export function traceKeep(name: string, keep: (p: Tensor) => TensorLike): TracedKeep {
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
  const texts = new Map<Node, string>();
  for (const n of order) {
    const own = n === p || n.op === 'constant' || (n.op === 'elementwise' && n.inputs.length > 0);
    if (!own) {
      const what = n.inputs.length === 0 ? 'another tensor' : n.op;
      throw new Error(`${name}: keep must be made of elementwise operations on its argument and numbers, got ${what}`);
    }
    const inputs = n.inputs.map((x) => order.indexOf(x)).join();
    texts.set(
      n,
      n === p ? 'p' : is(n, 'constant') ? String(n.attrs.value) : `${(n as Node<'elementwise'>).attrs.name}(${inputs})`,
    );
  }
  const text = [...texts.values()].join(';');
  return known.get(text) ?? remember(known, text, { p, f });
}
