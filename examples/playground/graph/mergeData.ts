import type { Trace } from 'cotangent/inspect';

/** What meets at a GradDrop merge, read from a trace. */
export interface MergeData {
  /** The node `signDrop`, and the fan-out whose lanes it merges, if it stands in one. */
  readonly merge: number;
  readonly fanOut: number | undefined;
  /** The shape of one lane. */
  readonly shape: readonly number[];
  /** The gradients of each loss, in row-major order, as far as the trace has them. */
  readonly gradients: readonly (readonly number[])[];
  /** The value h of each position, if the lanes meet at a value. */
  readonly inputs: readonly number[] | undefined;
  /** True if signs are multiplied by those of h. */
  readonly inputSign: boolean;
  /** The axes over which signs are summed. */
  readonly axes: readonly number[];
  readonly zeroSign: 'keep' | 'drop' | 'positive';
  readonly k: number;
  /** The program's own keep function as text, if it has one in place of k. */
  readonly keep?: string;
  readonly leak: readonly number[];
  /** The draw of each group of positions. */
  readonly draws: readonly number[];
  /** The number of positions that the trace does not have. */
  readonly missing: number;
}

/** Returns the `signDrop` node that a node is, or that merges the lanes of a fan-out. */
function mergeOf(trace: Trace, node: number): number | undefined {
  const { op, of } = trace.nodes[node]!;
  if (op === 'signDrop') return node;
  if (op === 'fanOut') return trace.nodes.findLast((n) => n.of === node && n.op === 'signDrop')?.id;
  return of !== undefined && trace.nodes[of]!.op === 'fanOut' ? mergeOf(trace, of) : undefined;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/**
 * Returns the elements of each lane of g: its own first elements, or, where g has more than the
 * trace keeps, the first elements of what arrived at each lane.
 */
function lanesAt(trace: Trace, g: number, fanOut: number | undefined, size: number): readonly (readonly number[])[] {
  const { shape, values } = trace.nodes[g]!;
  const lanes = shape[0]!;
  const { first = [] } = values ?? {};
  if (first.length === lanes * size || fanOut === undefined)
    return Array.from({ length: lanes }, (_, i) => first.slice(i * size, (i + 1) * size));
  const { sweep } = trace.nodes[g]!;
  const visits = trace.sweeps.flatMap((s, i) => (i === sweep || s.outputs.length > 0 ? s.visits : []));
  return Array.from({ length: lanes }, (_, i) => {
    const slices = trace.nodes.filter(
      (n) => n.op === 'shrink' && n.inputs[0] === fanOut && (n.attrs.start as number[])[0] === i,
    );
    const visit = visits.find((v) => slices.some((n) => n.id === v.node));
    return visit ? (trace.nodes[visit.cotangent]!.values?.first ?? []) : first.slice(i * size, (i + 1) * size);
  });
}

/** Returns the group of each position: positions that share a mask are in one group. */
export function groupsOf(shape: readonly number[], axes: readonly number[]): readonly number[] {
  const kept = shape.map((d, a) => (axes.includes(a) ? 1 : d));
  return Array.from({ length: sizeOf(shape) }, (_, position) => {
    let [rest, group, scale] = [position, 0, 1];
    for (let a = shape.length - 1; a >= 0; a--) {
      const at = rest % shape[a]!;
      rest = Math.floor(rest / shape[a]!);
      if (kept[a] !== 1) {
        group += at * scale;
        scale *= kept[a]!;
      }
    }
    return group;
  });
}

/** Returns what meets at a node, if GradDrop merges lanes there; undefined otherwise. */
export function mergeData(trace: Trace, node: number): MergeData | undefined {
  const merge = mergeOf(trace, node);
  if (merge === undefined) return undefined;
  const { inputs, attrs, of, shape } = trace.nodes[merge]!;
  const [g, G, u, ...rest] = inputs as [number, number, number, ...number[]];
  const {
    k = 1,
    keep,
    leak: hasLeak,
    keepZero,
  } = attrs as { k?: number; keep?: string; leak: boolean; keepZero: boolean };
  const owner = of === undefined ? undefined : trace.nodes[of]!;
  const fanOut = owner?.op === 'fanOut' ? owner.id : undefined;
  const gradients = lanesAt(trace, g, fanOut, sizeOf(shape));
  const lanes = gradients.length;
  const known = Math.min(...gradients.map((lane) => lane.length));
  const h = fanOut === undefined ? undefined : trace.nodes[trace.nodes[fanOut]!.inputs[0]!]!.values?.first;
  const axes = shape.map((_, a) => a).filter((a) => trace.nodes[G]!.shape[a + 1] === 1 && shape[a]! > 1);
  const leaks = hasLeak ? trace.nodes[rest[0]!]!.values?.first : undefined;
  return {
    merge,
    fanOut,
    shape,
    gradients: gradients.map((lane) => lane.slice(0, known)),
    inputs: h?.slice(0, known),
    ...signOf(trace, G, g, keepZero),
    axes,
    k,
    ...(keep !== undefined && { keep }),
    leak: leaks ?? Array.from({ length: lanes }, () => 0),
    draws: trace.nodes[u]!.values?.first ?? [],
    missing: sizeOf(shape) - known,
  };
}

/**
 * Finds out whether signs were multiplied by sgn(h), and how 0 was read: by the operation on h that
 * the G_i are made from.
 */
function signOf(
  trace: Trace,
  G: number,
  g: number,
  keepZero: boolean,
): { readonly inputSign: boolean; readonly zeroSign: MergeData['zeroSign'] } {
  const names = new Set<string>();
  const stack = [G];
  while (stack.length > 0) {
    const id = stack.pop()!;
    if (id === g) continue;
    const { name, inputs } = trace.nodes[id]!;
    names.add(name);
    // What h itself is made from does not matter.
    if (name !== 'sign' && name !== 'less') stack.push(...inputs);
  }
  if (names.has('sign')) return { inputSign: true, zeroSign: keepZero ? 'keep' : 'drop' };
  return names.has('less') ? { inputSign: true, zeroSign: 'positive' } : { inputSign: false, zeroSign: 'keep' };
}
