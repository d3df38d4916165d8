import { uniforms } from '../../kernels/random.ts';
import { is, sizeOf, type HostFunction, type Node, type Op, type Shape } from '../graph/node.ts';
import { views } from '../graph/simplify.ts';
import type { PlanKey } from '../schedule/cache.ts';
import { schedule, type Step, type Traits } from '../schedule/plan.ts';
import type { KernelCode, Operands } from '../kernel/code.ts';
import type { DeviceName } from './current.ts';
import { checkSize } from './limits.ts';

/** A value in a running plan: an input of the plan, or the result of one of its steps. */
export type Ref = { readonly leaf: number } | { readonly step: number };

/** A step that a device computes; `kernel` is what its own target made for it. */
export interface KernelStep<K = unknown> {
  readonly kind: 'kernel' | 'contraction';
  readonly kernel: K;
  /** What it computes; undefined where the device has a kernel of its own. */
  readonly code: KernelCode | undefined;
  readonly size: number;
  readonly inputs: readonly Ref[];
  /** The place among the plan's scalars of each number that it is given. */
  readonly scalars: readonly number[];
  readonly info: StepInfo;
}

export interface HostStep {
  readonly kind: 'host';
  readonly call: HostFunction;
  readonly size: number;
  readonly inputs: readonly Ref[];
  readonly shapes: readonly Shape[];
  /**
   * Whether it depends on leaves and other such steps alone, so that it can run before any kernel.
   */
  readonly early: boolean;
  readonly info: StepInfo;
}

export type PlanStep<K = unknown> = KernelStep<K> | HostStep;

/** What `explain` tells of a step. */
export interface StepInfo {
  readonly name: string;
  readonly shape: Shape;
  readonly fused: readonly string[];
  readonly reason: string;
}

/** A plan as a device runs it: nothing in it refers to the graph it came from. */
export interface Compiled<K = unknown> {
  readonly steps: readonly PlanStep<K>[];
  readonly outputs: readonly Ref[];
  readonly leafSizes: readonly number[];
}

/** What a node is called: behind views, by the operation they show. */
function nameOf(node: Node): string {
  while (views.has(node.op) && node.inputs[0]!.inputs.length > 0) node = node.inputs[0]!;
  if (is(node, 'elementwise')) return node.attrs.name;
  return is(node, 'reduce') ? node.attrs.kind : node.op === 'barrier' ? 'copy' : node.op;
}

/**
 * A kernel as a device's target made it: what it reads, and whatever the device needs to run it.
 */
export interface Lowered<K> extends Operands {
  readonly kind: KernelStep['kind'];
  readonly kernel: K;
  readonly code?: KernelCode;
}

/** What a device asks of its plans. */
export interface Target<K = unknown> {
  readonly name: DeviceName;
  readonly traits?: Traits;
  /** The kernel that computes `root`, and `fused` on the way. */
  readonly lower: (root: Node, fused: readonly Node[], isBuffer: (n: Node) => boolean) => Lowered<K>;
}

/** The steps of a plan for the graph below `outputs`, for one device. */
export function compile<K>(outputs: readonly Node[], key: PlanKey, target: Target<K>): Compiled<K> {
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
  const slotOf = ({ attrs: { value } }: Node<'constant'>): number => {
    const slot = slots.get(value);
    if (slot === undefined) throw new Error(`internal: the number ${value} was made while a graph was planned`);
    return slot;
  };

  const stepOf = (step: Step): PlanStep<K> => {
    const { root } = step;
    const info = { name: nameOf(root), shape: root.shape, fused: step.fused.map(nameOf), reason: step.reason };
    // A view of stored numbers has no operation behind it, and only a broadcast makes it larger.
    checkSize(views.has(info.name as Op) ? 'broadcastTo' : info.name, root.shape, target.name);
    const size = sizeOf(root.shape);
    if (step.kind === 'host') {
      if (root.inputs.every((x) => early.has(x))) early.add(root);
      const [inputs, shapes] = [root.inputs.map(refOf), root.inputs.map((x) => x.shape)];
      return { kind: 'host', call: hostFunction(root), size, inputs, shapes, early: early.has(root), info };
    }
    if (size === 0) return { kind: 'host', call: () => [], size, inputs: [], shapes: [], early: true, info };
    const { kind, kernel, code, arrays, scalars } = target.lower(root, step.fused, plan.isBuffer);
    return { kind, kernel, code, size, inputs: arrays.map(refOf), scalars: scalars.map(slotOf), info };
  };

  const steps = plan.steps.map((step, i) => {
    const made = stepOf(step);
    refs.set(step.root, { step: i });
    return made;
  });
  return { steps, outputs: plan.outputs.map(refOf), leafSizes: key.leaves.map((n) => sizeOf(n.shape)) };
}

function hostFunction(node: Node): HostFunction {
  if (is(node, 'hostCall')) return node.attrs.call;
  const count = sizeOf(node.shape.slice((node as Node<'random'>).attrs.batch));
  return ([keys]) => uniforms(keys!, count);
}
