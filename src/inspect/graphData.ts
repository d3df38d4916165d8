import type { HostArray, Op } from '../graph/node.ts';

/** One node of a graph as data. Its inputs are indices of earlier nodes. */
export interface DataNode {
  readonly op: Op;
  readonly inputs: readonly number[];
  readonly shape: readonly number[];
  /** The attributes that are data; those that are functions are left out. */
  readonly attrs: Readonly<Record<string, unknown>>;
  /** The elements of a leaf, row-major. A placeholder has none. */
  readonly data?: HostArray;
}

/**
 * A graph as data: plain objects and typed arrays, which `postMessage` and `structuredClone` copy.
 */
export interface GraphData {
  readonly version: 1;
  /** Inputs come before their users. */
  readonly nodes: readonly DataNode[];
  /** The indices of the results. */
  readonly outputs: readonly number[];
  /** The id of each node in a trace, if the graph was taken from one. */
  readonly ids?: readonly number[];
}
