import { sizeOf, type Node, type Shape } from '../../../graph/node.ts';
import { counter, countersOf, evaluate, type Affine } from '../../../kernel/affine.ts';
import { translator } from '../../../kernel/body.ts';
import type { Strided } from './contraction.ts';

/** What a contraction reads: a stored array, and where in it. */
export interface Operand {
  readonly array: Node;
  readonly where: Strided;
}

/**
 * Counters for the axes of a group, and for each setting of them the number that an expression of
 * them is.
 */
function group(
  name: string,
  shape: Shape,
): { counters: Affine[]; names: ReadonlySet<string>; valuesOf: (e: Affine) => Int32Array } {
  const keys = shape.map((_, i) => `${name}${i}`);
  // One setting for all: there are as many as an operand has rows.
  const setting = new Map<string, number>();
  const valuesOf = (e: Affine): Int32Array =>
    new Int32Array(sizeOf(shape)).map((_, flat) => {
      for (let d = shape.length - 1; d >= 0; d--) {
        setting.set(keys[d]!, flat % shape[d]!);
        flat = Math.floor(flat / shape[d]!);
      }
      return evaluate(e, setting);
    });
  return { counters: shape.map((n, i) => counter(keys[i]!, n)), names: new Set(keys), valuesOf };
}

function operand(node: Node, y: Node<'contract'>, outer: number, isBuffer: (n: Node) => boolean): Operand | undefined {
  const { batch } = y.attrs;
  const parts = [
    group('b', node.shape.slice(0, batch)),
    group('r', node.shape.slice(batch, batch + outer)),
    group('k', node.shape.slice(batch + outer)),
  ] as const;
  const { value, kernel } = translator(y, isBuffer);
  const code = value(
    node,
    parts.flatMap((p) => p.counters),
  );
  if (code.kind !== 'read') return undefined;
  const offsets = parts.map(({ names, valuesOf }) => {
    const own: Affine = {
      constant: 0,
      terms: code.index.terms.filter((t) => names.has(countersOf({ constant: 0, terms: [t] })[0]!)),
    };
    return valuesOf(own);
  }) as [Int32Array, Int32Array, Int32Array];
  const mixed = code.index.terms.some((t) => {
    const seen = countersOf({ constant: 0, terms: [t] });
    return !parts.some((p) => seen.every((c) => p.names.has(c)));
  });
  if (mixed) return undefined;
  const batches = offsets[0].map((o) => o + code.index.constant);
  return { array: kernel([code]).arrays[code.array]!, where: { batch: batches, rows: offsets[1], inner: offsets[2] } };
}

/**
 * Both operands of a contraction, if each is a stored array read at places that batch, row and sum
 * choose independently.
 */
export function operands(y: Node<'contract'>, isBuffer: (n: Node) => boolean): [Operand, Operand] | undefined {
  const a = operand(y.inputs[0]!, y, y.attrs.rows, isBuffer);
  const b = a && operand(y.inputs[1]!, y, y.attrs.columns, isBuffer);
  return a && b && [a, b];
}

/** Products of one example, and of all: below, what packing costs outweighs what it gains. */
const smallest = { example: 2 ** 11, all: 2 ** 15 };

/**
 * Whether a contraction is large enough for code of our own: from 4 rows and 8 columns, 2048
 * products an example and 32 768 in all. Counting all of them, not an example's alone, takes the
 * step of 40 heads (W8 of the benchmark) from 1.7 ms to 1.5.
 */
export function isLarge(node: Node): node is Node<'contract'> {
  if (node.op !== 'contract') return false;
  const { batch, rows } = (node as Node<'contract'>).attrs;
  const [a, b] = node.inputs as [Node, Node];
  const examples = sizeOf(a.shape.slice(0, batch));
  const M = sizeOf(a.shape.slice(batch, batch + rows));
  const K = sizeOf(a.shape.slice(batch + rows));
  const N = sizeOf(b.shape.slice(batch)) / K;
  const products = M * N * K;
  return M >= 4 && N >= 8 && products >= smallest.example && examples * products >= smallest.all;
}
