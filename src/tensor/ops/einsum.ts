import * as g from '../../graph/build.ts';
import type { Node } from '../../graph/node.ts';
import { range, show, showAny } from '../../graph/shape.ts';
import { newShape } from '../newShape.ts';
import { nodeOf, Tensor, type TensorLike } from '../tensor.ts';

/** A node with one label for each axis: a letter, or a digit for an axis of the ellipsis. */
interface Labelled {
  readonly node: Node;
  readonly labels: readonly string[];
}

/** Returns the labels that `drop` rejects. */
const without = (labels: readonly string[], drop: (l: string) => boolean): string[] => labels.filter((l) => !drop(l));

/**
 * Returns the labels of each operand and of the result for a specification such as 'ij,jk->ik'.
 * Axes of an ellipsis are labelled by digits, the last axis by the same digit in every operand.
 * Throws if the specification is malformed or does not fit the operands' shapes.
 */
function parse(spec: string, shapes: readonly (readonly number[])[]): { inputs: string[][]; output: string[] } {
  const text = showAny(spec);
  const match = typeof spec === 'string' ? /^([A-Za-z.,]*)(?:->([A-Za-z.]*))?$/.exec(spec.replace(/\s+/g, '')) : null;
  if (!match) throw new Error(`einsum: the specification must read like 'ij,jk->ik', got ${text}`);
  const terms = match[1]!.split(',');
  if (terms.length !== shapes.length)
    throw new Error(`einsum: ${text} names ${terms.length} operands, got ${shapes.length}`);
  const named = (term: string): string => term.replace('...', '');
  if ([...terms, match[2] ?? ''].some((term) => named(term).includes('.')))
    throw new Error(`einsum: dots must come as one ellipsis '...', got ${text}`);
  const extra = terms.map((term, i) => {
    const rest = shapes[i]!.length - named(term).length;
    if (rest < 0 || (rest > 0 && !term.includes('...')))
      throw new Error(`einsum: '${term}' must name the axes of its operand, got shape ${show(shapes[i]!)}`);
    return rest;
  });
  const most = Math.max(0, ...extra);
  const digits = (n: number): string =>
    range(most)
      .slice(most - n)
      .join('');
  const inputs = terms.map((term, i) => [...term.replace('...', digits(extra[i]!))]);
  const all = inputs.flat();
  const once = [...new Set(all)].filter((l) => /\D/.test(l) && all.indexOf(l) === all.lastIndexOf(l)).sort();
  const output = match[2] === undefined ? [...digits(most), ...once] : [...match[2].replace('...', digits(most))];
  for (const l of output)
    if (!all.includes(l) || output.indexOf(l) !== output.lastIndexOf(l))
      throw new Error(`einsum: the result must name axes of the operands, each once, got ${text}`);
  return { inputs, output };
}

/**
 * Returns the size of each label: that of its axes, where size 1 is broadcast.
 * Throws if two axes of one label have different sizes other than 1.
 */
function sizesOf(operands: readonly Labelled[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { node, labels } of operands)
    labels.forEach((l, i) => {
      const [known, d] = [sizes.get(l) ?? 1, node.shape[i]!];
      if (known !== 1 && d !== 1 && d !== known)
        throw new Error(`einsum: '${l}' must stand for one size, got ${known} and ${d}`);
      sizes.set(l, known === 1 ? d : known);
    });
  return sizes;
}

/**
 * Returns x with only the diagonal of the axes whose label occurs twice, so that each label occurs
 * once. Throws if such axes differ in size.
 */
function diagonal(x: Labelled): Labelled {
  const second = x.labels.findIndex((l, i) => x.labels.indexOf(l) !== i);
  if (second < 0) return x;
  const label = x.labels[second]!;
  const first = x.labels.indexOf(label);
  const [p, q] = [x.node.shape[first]!, x.node.shape[second]!];
  if (p !== q) throw new Error(`einsum: '${label}' must stand for one size, got ${p} and ${q}`);
  const rest = range(x.labels.length).filter((i) => i !== first && i !== second);
  const lead = rest.map((i) => x.node.shape[i]!);
  // Row-major, adjacent elements of a diagonal of p × p lie p + 1 apart. In rows of length p + 1
  // the diagonal is the first column.
  const flat = g.reshape(g.permute(x.node, [...rest, first, second]), [...lead, p * p]);
  const rows = g.reshape(g.pad(flat, [...lead.map(() => 0), 0], [...lead.map(() => 0), p]), [...lead, p, p + 1]);
  const node = g.squeeze(g.slice(rows, lead.length + 1, 0, 1), [lead.length + 1]);
  return diagonal({ node, labels: [...rest.map((i) => x.labels[i]!), label] });
}

/**
 * Returns x without its axes of size 1 whose label has another size in other operands: the product
 * broadcasts along them anyway.
 */
function dropRepeated(x: Labelled, sizes: ReadonlyMap<string, number>): Labelled {
  const axes = range(x.labels.length).filter((i) => x.node.shape[i] === 1 && sizes.get(x.labels[i]!) !== 1);
  return { node: g.squeeze(x.node, axes), labels: x.labels.filter((_, i) => !axes.includes(i)) };
}

/** Returns x summed over the axes whose label `drop` accepts, without these axes. */
function sumOut(x: Labelled, drop: (l: string) => boolean): Labelled {
  const axes = range(x.labels.length).filter((i) => drop(x.labels[i]!));
  return { node: g.squeeze(g.sum(x.node, axes), axes), labels: without(x.labels, drop) };
}

/** Returns the node of x with its axes in the order of `labels`. */
const arrange = (x: Labelled, labels: readonly string[]): Node =>
  g.permute(
    x.node,
    labels.map((l) => x.labels.indexOf(l)),
  );

/** Returns the product of two operands, summed over every label that `needed` rejects. */
function multiply(a: Labelled, b: Labelled, needed: (l: string) => boolean): Labelled {
  const x = sumOut(a, (l) => !b.labels.includes(l) && !needed(l));
  const y = sumOut(b, (l) => !a.labels.includes(l) && !needed(l));
  const shared = x.labels.filter((l) => y.labels.includes(l));
  const [batch, inner] = [shared.filter(needed), without(shared, needed)];
  const rows = without(x.labels, (l) => shared.includes(l));
  const columns = without(y.labels, (l) => shared.includes(l));
  const labels = [...batch, ...rows, ...columns];
  const left = arrange(x, [...batch, ...rows, ...inner]);
  const right = arrange(y, [...batch, ...columns, ...inner]);
  if (inner.length > 0) return { node: g.contract(left, right, batch.length, inner.length), labels };
  const spread = g.unsqueeze(
    left,
    range(columns.length).map((i) => batch.length + rows.length + i),
  );
  return {
    node: g.mul(
      spread,
      g.unsqueeze(
        right,
        range(rows.length).map((i) => batch.length + i),
      ),
    ),
    labels,
  };
}

/**
 * Einstein summation, such as `einsum('bij,bjk->bik', a, b)`: the product of the operands, whose
 * axes the letters name, summed over the letters that are missing after '->'. Operands are
 * multiplied from left to right. A letter that occurs twice in one operand takes its diagonal.
 * '...' stands for any further axes, which broadcast; so does an axis of size 1. Without '->' the
 * result has the axes of '...', then the letters that occur once, in alphabetical order. Throws if
 * the specification is malformed or does not fit the operands, or if a letter stands for two sizes.
 */
export function einsum(spec: string, ...tensors: TensorLike[]): Tensor {
  const nodes = tensors.map((t) => nodeOf('einsum', t));
  const { inputs, output } = parse(
    spec,
    nodes.map((n) => n.shape),
  );
  const given = nodes.map((node, i) => ({ node, labels: inputs[i]! }));
  const sizes = sizesOf(given);
  newShape(
    'einsum',
    output.map((l) => sizes.get(l)!),
  );
  const operands = given.map((x) => dropRepeated(diagonal(x), sizes));
  const product = operands.reduce((x, y, i) =>
    multiply(x, y, (l) => output.includes(l) || operands.slice(i + 1).some((o) => o.labels.includes(l))),
  );
  return new Tensor(
    arrange(
      sumOut(product, (l) => !output.includes(l)),
      output,
    ),
  );
}
