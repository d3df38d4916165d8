import { sizeOf, type Node, type Shape } from '../graph/node.ts';
import { show } from '../graph/shape.ts';
import { topological } from '../graph/walk.ts';
import { device, type DeviceName } from './current.ts';
import { loadPrinter } from './loaders.ts';
import { planFor, type Planned } from './plans.ts';
import { execute } from './run.ts';
import { drive } from './soon.ts';
import { HostStorage, storageOf, type Storage } from './storage.ts';

/** Describes one step of a plan: a kernel, or a call of a host function. */
export interface ExplainedStep {
  /** The operation whose result is stored. */
  readonly name: string;
  readonly kind: 'kernel' | 'contraction' | 'host';
  readonly shape: Shape;
  readonly bytes: number;
  /** The operations that are computed in the same kernel and not stored. */
  readonly fused: readonly string[];
  /** The reason why the result is stored. */
  readonly reason: string;
  /**
   * The kernel in JavaScript, as gpu.js receives it. Empty for the host, and for a contraction in
   * WebAssembly.
   */
  readonly javascript: string;
  /** The code that the device runs: GLSL, WGSL, JavaScript, or WebAssembly text. */
  readonly generated: string;
}

export interface Explanation {
  readonly device: DeviceName;
  readonly steps: readonly ExplainedStep[];
  toString(): string;
}

const text = (on: DeviceName, steps: readonly ExplainedStep[]): string =>
  [
    `${on}: ${steps.length} ${steps.length === 1 ? 'step' : 'steps'}`,
    ...steps.map((s, i) =>
      [
        `${i + 1}. ${s.kind} ${s.name} ${show(s.shape)}, ${s.bytes} bytes; stored because ${s.reason}`,
        s.fused.length > 0 ? `   fused: ${s.fused.join(', ')}` : '   nothing fused',
        ...s.javascript.split('\n').map((l) => `   ${l}`),
      ].join('\n'),
    ),
  ].join('\n');

/**
 * Explains the kernels that compute `outputs` on the current device. Runs them once, because
 * devices generate code on the first run. A leaf without a value is replaced by zeros. `known` is a
 * plan for these outputs, if the caller has one.
 */
export async function explainNodes(outputs: readonly Node[], known?: Planned): Promise<Explanation> {
  const on = device();
  // An output that has a value is explained as if it had none.
  const fresh = outputs.map((n): Node => (n.value && n.inputs.length > 0 ? { ...n, value: undefined } : n));
  const result = (steps: ExplainedStep[]): Explanation => ({
    device: on,
    steps,
    toString: () => text(on, steps),
  });
  if (on === 'reference') {
    const order = topological(fresh).filter((n) => n.inputs.length > 0 && n.value === undefined);
    return result(
      order.map((n) => ({
        name: n.op === 'elementwise' ? n.attrs.name : n.op,
        kind: 'host',
        shape: n.shape,
        bytes: sizeOf(n.shape) * 8,
        fused: [],
        reason: 'the reference device interprets one operation after the other',
        javascript: '',
        generated: '',
      })),
    );
  }
  const planned = known ?? (await planFor(on, fresh));
  const read = (n: Node): Storage => (n.value ? storageOf(n) : new HostStorage(new Float32Array(sizeOf(n.shape)), on));
  const values = await drive(execute(on, fresh, read, planned));
  values.forEach((s) => s.dispose());
  const texts = await planned.runnable.texts();
  const { javascriptOf } = await loadPrinter();
  return result(
    planned.plan.steps.map((step) => {
      const made = step.kind === 'host' ? undefined : texts.get(step);
      const javascript = step.kind === 'host' || !step.code ? '' : (made?.javascript ?? javascriptOf(step.code));
      return { ...step.info, kind: step.kind, bytes: step.size * 4, javascript, generated: made?.generated ?? '' };
    }),
  );
}
