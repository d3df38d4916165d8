import type { Node, OpAttrs } from '../graph/node.ts';
import { labelOf } from './printGraph.ts';
import { show } from '../graph/shape.ts';
import { constantValue } from '../graph/simplify.ts';
import { batchToRows } from '../schedule/rewrites/batchToRows.ts';
import { contractToProduct } from '../schedule/rewrites/contractToProduct.ts';
import { dropEmpty } from '../schedule/rewrites/dropEmpty.ts';
import { foldConstants } from '../schedule/rewrites/foldConstants.ts';
import { maskLanesByContract } from '../schedule/rewrites/maskLanesByContract.ts';
import { readSignOnce } from '../schedule/rewrites/readSignOnce.ts';
import { splitConcat } from '../schedule/rewrites/splitConcat.ts';
import { splitFold } from '../schedule/rewrites/splitFold.ts';
import { splitK } from '../schedule/rewrites/splitK.ts';
import { sumOfProductsToContract } from '../schedule/rewrites/sumOfProductsToContract.ts';
import { swapOperands } from '../schedule/rewrites/swapOperands.ts';

/** The rewrites before planning. A minifier keeps the names of fields, but not of functions. */
const rewrites = {
  batchToRows,
  contractToProduct,
  dropEmpty,
  foldConstants,
  maskLanesByContract,
  readSignOnce,
  splitConcat,
  splitFold,
  splitK,
  sumOfProductsToContract,
  swapOperands,
};
const names = new Map<unknown, string>(Object.entries(rewrites).map(([name, f]) => [f, name]));

/** Returns the name of a rewrite. */
export const nameOfRewrite = (rule: unknown): string => names.get(rule) ?? 'rewrite';

const short = (node: Node): string => {
  const value = constantValue(node);
  return value === undefined ? `${labelOf(node)[0]} ${show(node.shape)}` : String(value);
};

const operation = ([name, details]: readonly [string, string], inputs: readonly Node[]): string =>
  `${name}(${inputs.map(short).join(', ')})${details}`;

/** Returns a node as text, with its inputs if `whole`. */
export const textOfNode = (node: Node, whole = false): string =>
  whole && node.inputs.length > 0 ? `${operation(labelOf(node), node.inputs)}: ${show(node.shape)}` : short(node);

/** Returns an operation that was asked for as text, with its inputs. */
export const textOfRequest = (op: Node['op'], inputs: readonly Node[], attrs: object): string =>
  operation(labelOf({ op, inputs, attrs: attrs as OpAttrs[typeof op] } as Node), inputs);
