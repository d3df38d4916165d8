import { uniforms } from '../../kernels/random.ts';
import { is, sizeOf, type HostFunction, type Node, type Shape } from '../graph/node.ts';
import { views } from '../graph/simplify.ts';
import type { PlanKey } from '../schedule/cache.ts';
import { schedule, type Traits } from '../schedule/plan.ts';
import type { KernelCode } from './codegen/code.ts';
import type { KernelSource } from './codegen/kernelSource.ts';
import type { DeviceName } from './current.ts';
import type { Grid } from './codegen/rows.ts';
import type { Strided } from './webasm/contraction/contraction.ts';
import { checkSize } from './limits.ts';
import type { Operand } from './webasm/contraction/operand.ts';

/** A value in a running plan: an input of the plan, or the result of one of its steps. */
export type Ref = { readonly leaf: number } | { readonly step: number };

export interface KernelStep {
  readonly kind: 'kernel';
  readonly code: KernelCode;
  /** What gpu.js is given. */
  readonly source: string;
  readonly size: number;
  /** How many numbers a thread computes: one, or four neighbours in each of several rows. */
  readonly lanes: number;
  /** How long these rows are. */
  readonly row?: number;
  /** How the result is laid out for WebAssembly: rows of neighbours. */
  readonly grid?: Grid;
  readonly inputs: readonly Ref[];
  /** How far apart the four numbers are that are read at once of each input; 0 where one is. */
  readonly byFours: readonly number[];
  /** How many numbers each input has. */
  readonly sizes: readonly number[];
  /** Numbers to pass: fixed ones, or the plan's scalars by place. */
  readonly scalars: readonly (number | { readonly slot: number })[];
  readonly info: StepInfo;
}

export interface HostStep {
  readonly kind: 'host';
  readonly call: HostFunction;
  readonly size: number;
  readonly inputs: readonly Ref[];
  readonly shapes: readonly Shape[];
  /** Whether it depends on leaves and other such steps alone, so that it can run before any kernel. */
  readonly early: boolean;
  readonly info: StepInfo;
}

/** A contraction in WebAssembly of our own; on that device only. */
export interface ContractionStep {
  readonly kind: 'contraction';
  readonly size: number;
  readonly inputs: readonly [Ref, Ref];
  readonly left: Strided;
  readonly right: Strided;
  readonly info: StepInfo;
}

export type PlanStep = KernelStep | HostStep | ContractionStep;

/** What `explain` tells of a step. */
export interface StepInfo {
  readonly name: string;
  readonly shape: Shape;
  readonly fused: readonly string[];
  readonly reason: string;
}

/** A plan as a device runs it: nothing in it refers to the graph it came from. */
export interface Compiled {
  readonly steps: readonly PlanStep[];
  readonly outputs: readonly Ref[];
  readonly leafSizes: readonly number[];
}

/** What a node is called: behind views, by the operation they show. */
function nameOf(node: Node): string {
  while (views.has(node.op) && node.inputs[0]!.inputs.length > 0) node = node.inputs[0]!;
  if (is(node, 'elementwise')) return node.attrs.name;
  return is(node, 'reduce') ? node.attrs.kind : node.op === 'barrier' ? 'copy' : node.op;
}

/** What a device asks of its plans. */
export interface Target {
  readonly name: DeviceName;
  readonly traits?: Traits;
  /** The operands of a contraction that the device does by code of its own. */
  readonly operands?: (node: Node, isBuffer: (n: Node) => boolean) => readonly [Operand, Operand] | undefined;
  /** The kernel that computes `root`, and `fused` on the way. */
  readonly source: (root: Node, fused: readonly Node[], isBuffer: (n: Node) => boolean) => KernelSource;
}

/** Steps and kernel sources for the graph below `outputs`, for one device. */
export function compile(outputs: readonly Node[], key: PlanKey, target: Target): Compiled {
  const plan = schedule(outputs, new Set(key.leaves), target.traits);
  const refs = new Map<Node, Ref>(key.leaves.map((leaf, i) => [leaf, { leaf: i }]));
  const slots = new Map(key.scalars.map((value, slot) => [value, slot]));
  key.leaves.forEach((leaf) => checkSize('data', leaf.shape, target.name));
  const early = new Set<Node>(key.leaves);
  const refOf = (node: Node): Ref => {
    const ref = refs.get(node);
    if (!ref) throw new Error(`internal: a ${node.op} is read before it is computed`);
    return ref;
  };
  const steps = plan.steps.map((step, i): PlanStep => {
    const { root } = step;
    const info = {
      name: nameOf(root),
      shape: root.shape,
      fused: step.fused.map(nameOf),
      reason: step.reason,
    };
    checkSize(info.name, root.shape, target.name);
    const size = sizeOf(root.shape);
    let made: PlanStep;
    const pair = target.operands?.(root, plan.isBuffer);
    if (step.kind === 'host') {
      if (root.inputs.every((x) => early.has(x))) early.add(root);
      const inputs = root.inputs.map(refOf);
      const shapes = root.inputs.map((x) => x.shape);
      made = { kind: 'host', call: hostFunction(root), size, inputs, shapes, early: early.has(root), info };
    } else if (pair) {
      const [a, b] = pair;
      const inputs = [refOf(a.array), refOf(b.array)] as const;
      made = { kind: 'contraction', size, inputs, left: a.where, right: b.where, info };
    } else if (size === 0) {
      made = { kind: 'host', call: () => [], size, inputs: [], shapes: [], early: true, info };
    } else {
      const source = target.source(root, step.fused, plan.isBuffer);
      const { text, byFours, numbers, lanes, row, grid } = source;
      const { code, arrays, scalars } = source.kernel;
      const passed = scalars.map((s) => {
        const slot = slots.get(s.attrs.value);
        if (slot === undefined)
          throw new Error(`internal: the number ${s.attrs.value} was made while a graph was planned`);
        return { slot };
      });
      made = {
        kind: 'kernel',
        code,
        source: text,
        size,
        lanes,
        ...(row && { row }),
        ...(grid && { grid }),
        inputs: arrays.map(refOf),
        byFours,
        sizes: code.sizes,
        scalars: [...passed, ...numbers],
        info,
      };
    }
    refs.set(root, { step: i });
    return made;
  });
  return { steps, outputs: plan.outputs.map(refOf), leafSizes: key.leaves.map((n) => sizeOf(n.shape)) };
}

function hostFunction(node: Node): HostFunction {
  if (is(node, 'hostCall')) return node.attrs.call;
  const count = sizeOf(node.shape.slice((node as Node<'random'>).attrs.batch));
  return ([keys]) => uniforms(keys!, count);
}
