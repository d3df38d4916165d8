import { HostStorage } from '../device/storage.ts';
import { checkCount } from '../graph/checks.ts';
import { sizeOf, type HostArray, type Node } from '../graph/node.ts';
import { checkOptions } from '../graph/options.ts';
import { checkShape, isPlain, showAny } from '../graph/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { checkedNode } from './checkedNode.ts';
import type { GraphData } from './graphData.ts';

export interface FromDataOptions {
  /** The most elements of all nodes together, by default 2²⁶, which are half a gigabyte. */
  readonly mostElements?: number;
  /** The most nodes, by default 100 000. */
  readonly mostNodes?: number;
}

/** Returns the list at a field of data from outside. */
function listAt(data: unknown, field: string, most: number): readonly unknown[] {
  const list = (data as Record<string, unknown>)[field];
  if (!Array.isArray(list)) throw new Error(`fromData: ${field} must be a list, got ${showAny(list)}`);
  if (list.length > most) throw new Error(`fromData: ${field} must be at most ${most}, got ${list.length}`);
  return list;
}

/** Returns the earlier node at an index. */
function at(nodes: readonly Node[], index: unknown): Node {
  const node = Number.isInteger(index) ? nodes[index as number] : undefined;
  if (!node) throw new Error(`an index must be one of an earlier node, got ${showAny(index)}`);
  return node;
}

/** Gives a leaf a copy of its elements. */
function fill(node: Node, data: unknown): void {
  if (node.op !== 'leaf') throw new Error('only a leaf has data');
  if (!(data instanceof Float32Array || data instanceof Float64Array))
    throw new Error(`the elements must be a Float32Array or a Float64Array, got ${showAny(data)}`);
  const size = sizeOf(node.shape);
  if (data.length !== size) throw new Error(`a leaf of ${size} elements must have as many, got ${data.length}`);
  node.value = new HostStorage((data as HostArray).slice());
}

/**
 * Makes the nodes of a graph that came as data. Throws, with the index of the node, if anything is
 * not as `toData` writes it.
 */
export function nodesFrom(data: GraphData, options: FromDataOptions = {}): { nodes: Node[]; outputs: Node[] } {
  const { mostElements = 2 ** 26, mostNodes = 100_000 } = checkOptions('fromData', options, [
    'mostElements',
    'mostNodes',
  ]);
  checkCount('fromData', 'mostElements', mostElements);
  checkCount('fromData', 'mostNodes', mostNodes);
  if (!isPlain(data)) throw new Error(`fromData: data of toData are needed, got ${showAny(data)}`);
  const { version } = data as { version: unknown };
  if (version !== 1) throw new Error(`fromData: the version must be 1, got ${showAny(version)}`);
  const nodes: Node[] = [];
  let elements = 0;
  for (const [i, given] of listAt(data, 'nodes', mostNodes).entries()) {
    try {
      if (!isPlain(given)) throw new Error(`a node must be an object, got ${showAny(given)}`);
      const { op, shape, attrs, data: own } = given as Record<string, unknown>;
      const size = sizeOf(checkShape('shape', shape as readonly number[]));
      elements += size;
      if (!(elements <= mostElements)) throw new Error(`the graph must have at most ${mostElements} elements in all`);
      const inputs = listAt(given, 'inputs', mostNodes).map((index) => at(nodes, index));
      const node = checkedNode(op, inputs, shape as readonly number[], attrs);
      if (own !== undefined) fill(node, own);
      nodes.push(node);
    } catch (error) {
      throw new Error(`fromData: node ${i}: ${(error as Error).message.replace(/^fromData: /, '')}`, { cause: error });
    }
  }
  const outputs = listAt(data, 'outputs', mostNodes).map((index) => {
    try {
      return at(nodes, index);
    } catch (error) {
      throw new Error(`fromData: outputs: ${(error as Error).message}`, { cause: error });
    }
  });
  return { nodes, outputs };
}

/**
 * Makes the tensors of a graph that `toData` wrote, in the order of its outputs. The data may come
 * from anywhere: operations are looked up in the tables, every shape and attribute is checked as
 * builders check them, and the total size is bounded. Throws if anything does not fit.
 */
export const fromData = (data: GraphData, options: FromDataOptions = {}): Tensor[] =>
  nodesFrom(data, options).outputs.map((node) => new Tensor(node));
