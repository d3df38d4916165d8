import '../tensor/methods.ts';

export { record, type RecordOptions } from './record.ts';
export type { Position, Read, Rewrite, Sweep, Trace, TracedNode, Values, Visit } from './trace.ts';
