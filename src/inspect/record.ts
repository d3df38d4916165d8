import { checkCount, checkFunction } from '../graph/checks.ts';
import { observe, observer } from '../graph/observe.ts';
import { checkOptions } from '../graph/options.ts';
import { Leaves } from './leaves.ts';
import { isProgramFile } from './position.ts';
import { Recorder } from './recorder.ts';
import type { GraphData } from './graphData.ts';
import { graphOf } from './graphOf.ts';
import type { Trace } from './trace.ts';
import { valuesOf } from './valuesOf.ts';

export interface RecordOptions {
  /**
   * Tells whether a file, as stacks name it, belongs to the program. By default every file does
   * that is neither this package's own nor below a folder `node_modules`.
   */
  readonly isProgram?: (file: string) => boolean;
  /** The most nodes that a trace has, by default 100 000. The program runs on unobserved. */
  readonly mostNodes?: number;
  /**
   * The most multiplications and additions, roughly, that values may take; by default 10⁸, about a
   * second. Nodes after that have no values.
   */
  readonly mostWork?: number;
}

export interface Recording<T> {
  readonly trace: Trace;
  /** What f returned. */
  readonly result: T;
  /**
   * Returns the graph of nodes of the trace as data, down to the leaves, also of what has been
   * realised since. `ids` of the result names its nodes in the trace. A leaf whose elements the
   * recording did not see has no data. Throws if the trace has no such node.
   */
  graphOf(ids: number | readonly number[]): Promise<GraphData>;
}

/**
 * Runs f and records what it does: the nodes that it makes with the lines that make them, their
 * values in float64, each sweep with what arrives at each node and what its rule sends on, rewrites
 * and reads. The trace is data. What f computes stays as it is, and so does the number of kernels.
 * Throws what f throws, and if another recording is running.
 */
export async function record<T>(f: () => T | Promise<T>, options: RecordOptions = {}): Promise<Recording<T>> {
  checkFunction('record', f);
  const own = checkOptions('record', options, ['isProgram', 'mostNodes', 'mostWork']);
  const { isProgram = isProgramFile, mostNodes = 100_000, mostWork = 1e8 } = own;
  checkFunction('record', isProgram);
  checkCount('record', 'mostNodes', mostNodes);
  checkCount('record', 'mostWork', mostWork);
  if (observer) throw new Error('record: another recording is running; await it first');
  const leaves = new Leaves();
  const seen = new Recorder(mostNodes, isProgram, leaves);
  observe(seen);
  let result: T;
  try {
    result = await f();
  } finally {
    observe(undefined);
  }
  leaves.copy();
  const values = await valuesOf(seen.recorded, leaves, mostWork);
  const { nodes, sweeps, rewrites, reads, truncated } = seen;
  values.forEach((v, id) => v && (nodes[id]!.values = v));
  return {
    trace: { version: 1, nodes, sweeps, rewrites, reads, ...(truncated && { truncated }) },
    result,
    graphOf: (ids) => graphOf([ids].flat(), seen.recorded, leaves),
  };
}
