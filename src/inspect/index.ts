import '../tensor/methods.ts';

export { fromData, type FromDataOptions } from './fromData.ts';
export type { DataNode, GraphData } from './graphData.ts';
export { kernelsOf, type KernelOf } from './kernelsOf.ts';
export { record, type Recording, type RecordOptions } from './record.ts';
export { toData } from './toData.ts';
export { readTrace, writeTrace } from './traceText.ts';
export type { Position, Read, Rewrite, Sweep, Trace, TracedNode, Values, Visit } from './trace.ts';
