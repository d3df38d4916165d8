/** A place in the user's program. Lines and columns count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The elements of a node: the first of them, and a summary of all. */
export interface Values {
  /** The first elements, at most 64, in row-major order. */
  readonly first: readonly number[];
  readonly count: number;
  /** Of the finite elements; NaN if there are none. */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** The numbers of elements that are NaN, and that are infinite. */
  readonly nan: number;
  readonly infinite: number;
}

/** One node of the graph, as data. Its id is its index in `Trace.nodes`; inputs have lower ids. */
export interface TracedNode {
  readonly id: number;
  /** The operation: `tanh`, `sum`, `matmul`'s `contract`, `data`, … — what printGraph prints. */
  readonly name: string;
  /** The op of the engine's graph: `elementwise`, `reduce`, `fanOut`, … */
  readonly op: string;
  readonly inputs: readonly number[];
  readonly shape: readonly number[];
  /** The attributes that are data: numbers, texts, lists. */
  readonly attrs: Readonly<Record<string, unknown>>;
  /** The program's line that made the node; for a node of a sweep, that of the node it is of. */
  readonly position?: Position;
  /** The sweep whose rule made the node, an index in `sweeps`. Absent for the program's own. */
  readonly sweep?: number;
  /** The node whose derivative rule made this one, in that sweep. */
  readonly of?: number;
  readonly values?: Values;
}

/** One run of reverse or forward mode over the graph. */
export interface Sweep {
  readonly mode: 'reverse' | 'forward' | 'vmap';
  /** The transformation that the user called: `grad`, `hvp`, `jacrev`, … */
  readonly transformation: string;
  readonly position?: Position;
  /** The sweep during which this one ran (a rule that sweeps again), if any. */
  readonly inside?: number;
  readonly outputs: readonly number[];
  readonly inputs: readonly number[];
  readonly visits: readonly Visit[];
}

/** The visit of one node y by a sweep. */
export interface Visit {
  readonly node: number;
  /** What arrived at y: the terms (each a cotangent), and their sum, which is y's cotangent. */
  readonly terms: readonly number[];
  readonly cotangent: number;
  /** What the rule of y sends to each input of y; null stands for zero or for not needed. */
  readonly shares: readonly (number | null)[];
  /** The partial derivatives of an elementwise y as text in x (a, b, c) and y; null for none. */
  readonly partials?: readonly (string | null)[];
}

/** A rewrite that simplification or planning made. */
export interface Rewrite {
  readonly pass: string;
  readonly rule: string;
  readonly before: string;
  readonly after: string;
}

/** A read of the program: `await t.data()`, `item`, `array`, `realize`. */
export interface Read {
  readonly node: number;
  readonly position?: Position;
}

/** What a recording has seen, as data. */
export interface Trace {
  readonly version: 1;
  readonly nodes: readonly TracedNode[];
  readonly sweeps: readonly Sweep[];
  readonly rewrites: readonly Rewrite[];
  readonly reads: readonly Read[];
  /** Set if there were more nodes than the recorder keeps; the program ran on, unobserved. */
  readonly truncated?: string;
}
