import { uniforms } from '../../kernels/random.ts';
import { sizeOf, type HostFunction, type Node, type Op, type Shape } from '../graph/node.ts';
import { views } from '../graph/simplify.ts';
import type { PlanKey } from '../schedule/cache.ts';
import { isHost } from '../schedule/cost.ts';
import { schedule, type Step, type Traits } from '../schedule/plan.ts';
import type { KernelCode, Operands } from '../kernel/code.ts';
import type { DeviceName } from './current.ts';
import { checkSize } from './limits.ts';

/** Names a value in a running plan: a leaf of the plan, or the result of one of its steps. */
export type Ref = { readonly leaf: number } | { readonly step: number };

/** A step that runs a kernel, which the device's target has made. */
export interface KernelStep<K = unknown> {
  readonly kind: 'kernel' | 'contraction';
  readonly kernel: K;
  /**
   * The code of the kernel; undefined for a kernel that the device does not make from code, such as
   * a contraction.
   */
  readonly code: KernelCode | undefined;
  readonly size: number;
  readonly inputs: readonly Ref[];
  /** The scalars that the kernel receives, as places in the plan's scalars. */
  readonly scalars: readonly number[];
  readonly info: StepInfo;
}

/** A step that calls a function on the host. */
export interface HostStep {
  readonly kind: 'host';
  readonly call: HostFunction;
  readonly size: number;
  readonly inputs: readonly Ref[];
  readonly shapes: readonly Shape[];
  readonly info: StepInfo;
}

type PlanStep<K = unknown> = KernelStep<K> | HostStep;

/** The description of a step that `explain` shows. */
interface StepInfo {
  readonly name: string;
  readonly shape: Shape;
  readonly fused: readonly string[];
  readonly reason: string;
}

/** A plan for one device. Nothing in it refers to the graph that it was made from. */
export interface DevicePlan<K = unknown> {
  readonly steps: readonly PlanStep<K>[];
  /** The step that computes each output. */
  readonly outputs: readonly number[];
}

/** Returns the name of a node's operation. For a view, that is the operation behind it. */
function nameOf(node: Node): string {
  while (views.has(node.op) && node.inputs[0]!.inputs.length > 0) node = node.inputs[0]!;
  if (node.op === 'elementwise') return node.attrs.name;
  return node.op === 'reduce' ? node.attrs.kind : node.op === 'barrier' ? 'copy' : node.op;
}

/**
 * A kernel as a device's target makes it: its operands, and whatever the device needs to run it.
 */
interface Lowered<K> extends Operands {
  readonly kind: KernelStep['kind'];
  readonly kernel: K;
  readonly code?: KernelCode;
}

/** The traits of a device, and the function that makes its kernels. */
export interface Target<K = unknown> {
  readonly name: DeviceName;
  readonly traits?: Traits;
  /** Makes the kernel that computes `root`, and `fused` within it. */
  readonly lower: (root: Node, fused: readonly Node[], isBuffer: (n: Node) => boolean) => Lowered<K>;
}

/**
 * Makes the plan for the graph below `outputs` on one device. `key` has the graph's leaves and
 * scalars. Throws if a leaf or a result is too large for the device.
 */
export function compile<K>(outputs: readonly Node[], key: PlanKey, target: Target<K>): DevicePlan<K> {
  const plan = schedule(outputs, new Set(key.leaves), target.traits);
  const refs = new Map<Node, Ref>(key.leaves.map((leaf, i) => [leaf, { leaf: i }]));
  const slots = new Map(key.scalars.map((value, slot) => [value, slot]));
  key.leaves.forEach((leaf) => checkSize('data', leaf.shape, target.name));
  const refOf = (node: Node): Ref => known(refs.get(node), `a ${node.op} is read before it is computed`);
  const slotOf = ({ attrs: { value } }: Node<'constant'>): number =>
    known(slots.get(value), `the number ${value} was made while a graph was planned`);

  const stepOf = (step: Step): PlanStep<K> => {
    const { root } = step;
    const info = { name: nameOf(root), shape: root.shape, fused: step.fused.map(nameOf), reason: step.reason };
    // A view of stored elements has no operation behind it. It can be too large only if it is a
    // broadcast.
    checkSize(views.has(info.name as Op) ? 'broadcastTo' : info.name, root.shape, target.name);
    const size = sizeOf(root.shape);
    if (isHost(root)) {
      const [inputs, shapes] = [root.inputs.map(refOf), root.inputs.map((x) => x.shape)];
      return { kind: 'host', call: hostFunction(root), size, inputs, shapes, info };
    }
    if (size === 0) return { kind: 'host', call: () => [], size, inputs: [], shapes: [], info };
    const { kind, kernel, code, arrays, scalars } = target.lower(root, step.fused, plan.isBuffer);
    return { kind, kernel, code, size, inputs: arrays.map(refOf), scalars: scalars.map(slotOf), info };
  };

  const steps = plan.steps.map((step, i) => {
    const made = stepOf(step);
    refs.set(step.root, { step: i });
    return made;
  });
  return { steps, outputs: plan.outputs.map((node) => plan.steps.findIndex(({ root }) => root === node)) };
}

function known<T>(value: T | undefined, fault: string): T {
  if (value === undefined) throw new Error(`internal: ${fault}`);
  return value;
}

function hostFunction(node: Node<'hostCall' | 'random'>): HostFunction {
  if (node.op === 'hostCall') return node.attrs.call;
  const count = sizeOf(node.shape.slice(node.attrs.batch));
  return ([keys]) => uniforms(keys!, count);
}
