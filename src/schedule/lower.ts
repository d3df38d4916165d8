import { elementwise as table } from '../../kernels/elementwise.ts';
import { reduce as folds } from '../../kernels/reduce.ts';
import { broadcastTo, concat, full, permute, reduce, reshape, shrink, slice, zeros } from '../graph/build.ts';
import { is, makeNode, sizeOf, type Node } from '../graph/node.ts';
import { range } from '../graph/shape.ts';
import { constantValue, isBaked, merge, simplify } from '../graph/simplify.ts';
import { rewrite } from '../graph/walk.ts';

/** Folds longer than this are done in pieces: each shader thread stays short, and rounding grows with the root only. */
const longest = 2048;
const piece = 256;

/** A fold over axes that hold nothing is its identity; a sum of products over nothing is 0. */
function empty(node: Node): Node | undefined {
  if (sizeOf(node.shape) === 0) return undefined;
  if (is(node, 'reduce') && sizeOf(node.inputs[0]!.shape) === 0)
    return broadcastTo('reduce', full([], folds[node.attrs.kind].identity), node.shape);
  if (is(node, 'contract') && sizeOf(node.inputs[0]!.shape) * sizeOf(node.inputs[1]!.shape) === 0)
    return zeros(node.shape);
  if (is(node, 'pad') && sizeOf(node.inputs[0]!.shape) === 0) return zeros(node.shape);
  if (is(node, 'concat') && node.inputs.some((x) => sizeOf(x.shape) === 0))
    return concat(
      node.inputs.filter((x) => sizeOf(x.shape) > 0),
      node.attrs.axis,
    );
  return undefined;
}

/** An operation on numbers that are written into kernels is a number. */
function folded(node: Node): Node | undefined {
  if (!is(node, 'elementwise')) return undefined;
  const values = node.inputs.map(constantValue);
  if (!values.every((v): v is number => v !== undefined && isBaked(v))) return undefined;
  return full(node.shape, (table[node.attrs.name].value as (...xs: number[]) => number)(...values));
}

/** More pieces than a kernel can read become concatenations of concatenations. */
function wide(node: Node<'concat'>, most: number): Node | undefined {
  const { inputs, attrs } = node;
  if (inputs.length <= most) return undefined;
  const step = Math.ceil(inputs.length / most);
  const groups = range(Math.ceil(inputs.length / step)).map((i) => inputs.slice(i * step, (i + 1) * step));
  return concat(
    groups.map((g) => {
      const part = concat(g, attrs.axis);
      return is(part, 'concat') ? (wide(part, most) ?? part) : part;
    }),
    attrs.axis,
  );
}

/** A long fold as a fold of folds of 256, what is left over last. */
function long(node: Node<'reduce'>): Node | undefined {
  const x = node.inputs[0]!;
  const { axes, kind } = node.attrs;
  const n = sizeOf(axes.map((a) => x.shape[a]!));
  if (n <= longest) return undefined;
  const kept = range(x.shape.length).filter((i) => !axes.includes(i));
  const lead = sizeOf(kept.map((a) => x.shape[a]!));
  const flat = reshape('reduce', permute(x, [...kept, ...axes]), [lead, n]);
  const whole = Math.floor(n / piece);
  const blocks = reshape('reduce', slice(flat, 1, 0, whole * piece), [lead, whole, piece]);
  const parts = [reshape('reduce', reduce(kind, blocks, [2]), [lead, whole])];
  if (whole * piece < n) parts.push(reduce(kind, shrink(flat, [0, whole * piece], [lead, n - whole * piece]), [1]));
  return reshape('reduce', rewriteNode(reduce(kind, concat(parts, 1), [1])), node.shape);
}

const rewriteNode = (node: Node): Node => (is(node, 'reduce') && long(node)) || node;

/** An output of its own: a value that another output or a leaf holds is copied. */
const copy = (node: Node): Node => makeNode('barrier', [node, node], node.shape, {});

/**
 * The graph that kernels are made of: simplified, nothing empty but outputs, no concatenation of more than `most` parts,
 * no fold of more than 2048 elements, every output a node of its own.
 */
export function lower(outputs: readonly Node[], most: number, isData: (node: Node) => boolean): Node[] {
  const simple = simplify(outputs, isData);
  const one = (node: Node, inputs: readonly Node[]): Node => {
    const same = inputs.every((x, i) => x === node.inputs[i]) ? node : merge(node.op, inputs, node.shape, node.attrs);
    const filled = empty(same) ?? folded(same) ?? same;
    if (is(filled, 'concat')) return wide(filled, most) ?? filled;
    return rewriteNode(filled);
  };
  const done = rewrite(simple, one, new Map(), isData);
  const taken = new Set<Node>();
  return simple.map((n) => {
    const node = done.get(n)!;
    const own = isData(node) || taken.has(node) ? copy(node) : node;
    taken.add(own);
    return own;
  });
}
