import type { Compiled, ContractionStep, HostStep, KernelStep, PlanStep, Ref } from './compile.ts';
import { checkResult, float32, type Executor, type Runnable } from './executor.ts';
import { checkClass, makeKernel, type Gpu, type GpuPipeline } from './gpujs.ts';
import { Kernels } from './kernels.ts';
import { contraction } from './simd/contraction.ts';
import { HostStorage, type SettledStorage } from './storage.ts';

/** An array that a pipeline takes as it is: gpu.js copies arguments unless they have a `delete`; ours are never changed. */
class Unchanging extends Float32Array {
  static get [Symbol.species](): Float32ArrayConstructor {
    return Float32Array;
  }
  delete(): void {
    // Nothing to give back: the array belongs to its storage.
  }
}

/** Kernels that run back to back in one WebAssembly memory, between two calls of the host. */
interface Segment {
  readonly steps: readonly number[];
  readonly inputs: readonly Ref[];
  readonly numbers: readonly KernelStep['scalars'][number][];
  readonly results: readonly number[];
}

/** A compiled segment; segments of one structure share it. */
interface Built {
  readonly pipeline: GpuPipeline;
  readonly kernels: Kernels;
}

/**
 * From this many elements on, gpu.js's threads are worth having. All steps of a pipeline meet at a barrier then, and a
 * training step is many short pipelines: with 65 536 the step of 40 heads (W8 of the benchmark) takes 3.6 ms, so 2.3.
 */
const threadsFrom = 2 ** 18;

/** Longer plans are cut: gpu.js compiles a module for each step, and pieces of a long chain are often the same. */
const longestSegment = 256;

const keyOf = (ref: Ref): string => ('leaf' in ref ? `l${ref.leaf}` : `s${ref.step}`);

const isEarly = (step: PlanStep): boolean => step.kind === 'host' && step.early;

/** The plan's kernels in runs that no host function interrupts. */
function segments(plan: Compiled): (Segment | { readonly host: number })[] {
  const groups: (number[] | { host: number })[] = [];
  plan.steps.forEach((step, i) => {
    if (step.kind !== 'kernel') groups.splice(isEarly(step) ? 0 : groups.length, 0, { host: i });
    else {
      const open = groups.at(-1);
      if (Array.isArray(open) && open.length < longestSegment) open.push(i);
      else groups.push([i]);
    }
  });
  // Early ones were put in front one by one: back to their order.
  const early = groups.filter((g) => !Array.isArray(g) && isEarly(plan.steps[g.host]!)).reverse();
  const ordered = [...early, ...groups.filter((g) => !early.includes(g))];
  const home = new Map<number, number>();
  ordered.forEach((g, at) => Array.isArray(g) && g.forEach((i) => home.set(i, at)));
  const leaving = new Set<number>();
  const leave = (ref: Ref, at: number): void =>
    void ('step' in ref && home.get(ref.step) !== at && leaving.add(ref.step));
  ordered.forEach((g, at) =>
    (Array.isArray(g) ? g : [g.host]).forEach((i) => plan.steps[i]!.inputs.forEach((r) => leave(r, at))),
  );
  plan.outputs.forEach((r) => leave(r, -1));
  return ordered.map((g, at) => {
    if (!Array.isArray(g)) return g;
    const inputs = new Map<string, Ref>();
    const numbers = new Map<string, KernelStep['scalars'][number]>();
    for (const i of g) {
      const step = plan.steps[i] as KernelStep;
      for (const ref of step.inputs) if ('leaf' in ref || home.get(ref.step) !== at) inputs.set(keyOf(ref), ref);
      for (const s of step.scalars) numbers.set(numberKey(s), s);
    }
    return {
      steps: g,
      inputs: [...inputs.values()],
      numbers: [...numbers.values()],
      results: g.filter((i) => leaving.has(i)),
    };
  });
}

const numberKey = (s: KernelStep['scalars'][number]): string => (typeof s === 'number' ? `n${s}` : `#${s.slot}`);

/** Where each step of a segment finds what it reads: earlier steps of the segment, or arguments. */
function wiring(
  plan: Compiled,
  segment: Segment,
): { step: KernelStep; inputs: { own: boolean; at: number }[]; numbers: number[] }[] {
  const args = new Map<string, number>();
  segment.inputs.forEach((ref) => args.set(keyOf(ref), args.size));
  segment.numbers.forEach((s) => args.set(numberKey(s), args.size));
  const own = new Map(segment.steps.map((i, n) => [i, n]));
  return segment.steps.map((i) => {
    const step = plan.steps[i] as KernelStep;
    const inputs = step.inputs.map((ref) => {
      const at = 'step' in ref ? own.get(ref.step) : undefined;
      return at === undefined ? { own: false, at: args.get(keyOf(ref))! } : { own: true, at };
    });
    return { step, inputs, numbers: step.scalars.map((s) => args.get(numberKey(s))!) };
  });
}

/** Equal texts can run in one pipeline. */
function structureOf(plan: Compiled, segment: Segment): string {
  const sizes = segment.inputs.map((ref) => ('leaf' in ref ? plan.leafSizes[ref.leaf] : plan.steps[ref.step]!.size));
  const steps = wiring(plan, segment).map(
    ({ step, inputs, numbers }) =>
      `${step.size} ${step.source} ${inputs.map((r) => `${r.own}${r.at}`).join()} ${numbers.join()}`,
  );
  return [sizes.join(), ...steps, segment.results.map((i) => segment.steps.indexOf(i)).join()].join('\n');
}

function build(gpu: Gpu, plan: Compiled, segment: Segment): Built {
  const kernels = new Kernels(gpu, 'webasm');
  const steps = wiring(plan, segment).map((w) => ({ ...w, kernel: kernels.get(w.step) }));
  const results = segment.results.map((i) => segment.steps.indexOf(i));
  const orchestrate = (...handles: unknown[]): unknown[] => {
    const made: unknown[] = [];
    for (const { kernel, inputs, numbers } of steps)
      made.push(kernel(...inputs.map((r) => (r.own ? made[r.at] : handles[r.at])), ...numbers.map((n) => handles[n])));
    return results.map((i) => made[i]);
  };
  // gpu.js counts parameters to know how many handles to pass.
  Object.defineProperty(orchestrate, 'length', { value: segment.inputs.length + segment.numbers.length });
  const threads = steps.some(({ step }) => step.size >= threadsFrom);
  return { pipeline: gpu.createPipeline(orchestrate, { threads }), kernels };
}

/** WebAssembly: each run of kernels is one gpu.js pipeline in one memory. */
export const fused = (gpu: Gpu): Executor => ({
  prepare(plan) {
    const parts = segments(plan).map((part) =>
      'host' in part ? part : { ...part, structure: structureOf(plan, part) },
    );
    const built = new Map<string, Built>();

    async function runSegment(
      segment: Segment & { structure: string },
      valueOf: (ref: Ref) => Float32Array,
      scalars: readonly number[],
    ): Promise<Float32Array[]> {
      let made = built.get(segment.structure);
      if (!made) built.set(segment.structure, (made = build(gpu, plan, segment)));
      const { pipeline } = made;
      const arrays = segment.inputs.map((ref) => {
        const a = valueOf(ref);
        return new Unchanging(a.buffer as ArrayBuffer, a.byteOffset, a.length);
      });
      const numbers = segment.numbers.map((s) => (typeof s === 'number' ? s : scalars[s.slot]!));
      const results = await pipeline(...arrays, ...numbers);
      if (!pipeline.executorKind.startsWith('fused'))
        throw new Error(`webasm: gpu.js could not fuse the plan: ${pipeline.fallbackReason ?? 'no reason given'}`);
      return results;
    }

    const runnable: Runnable = {
      async run(leaves, scalars) {
        const data = await Promise.all(leaves.map((l) => l.read()));
        const results = new Map<number, Float32Array>();
        const valueOf = (ref: Ref): Float32Array => ('leaf' in ref ? float32(data[ref.leaf]!) : results.get(ref.step)!);
        for (const part of parts) {
          if ('host' in part) {
            const step = plan.steps[part.host] as HostStep | ContractionStep;
            const inputs = step.inputs.map(valueOf);
            results.set(
              part.host,
              step.kind === 'contraction'
                ? contraction(inputs[0]!, step.left, inputs[1]!, step.right)
                : checkResult(step, await step.call(inputs, step.shapes)),
            );
          } else {
            const values = await runSegment(part, valueOf, scalars);
            part.results.forEach((i, n) => results.set(i, values[n]!));
          }
        }
        return plan.outputs.map((ref): SettledStorage => new HostStorage(valueOf(ref)));
      },
      async texts() {
        return disassemble(gpu, plan);
      },
      destroy() {
        for (const { pipeline, kernels } of built.values()) {
          void pipeline.destroy();
          kernels.close();
        }
        built.clear();
      },
    };
    return runnable;
  },
});

/** WebAssembly text, if the optional package `wabt` is there to write it; else the size of what would be disassembled. */
async function disassemble(gpu: Gpu, plan: Compiled): Promise<Map<KernelStep, string>> {
  const name = 'wabt';
  type Wabt = () => Promise<{
    readWasm(bytes: Uint8Array, features: object): { toText(options: object): string; destroy(): void };
  }>;
  const wabt = await import(/* @vite-ignore */ name).then(
    (m: { default: Wabt }) => m.default(),
    () => undefined,
  );
  const out = new Map<KernelStep, string>();
  for (const step of plan.steps) {
    if (step.kind !== 'kernel') continue;
    // A pipeline keeps no bytes, so the kernel is built once more, alone, on zeros.
    const kernel = makeKernel(
      gpu,
      'webasm',
      step.source,
      step.size,
      step.inputs.map(() => 'Array'),
      step.scalars.length,
    );
    const zeros = step.inputs.map(
      (ref) => new Float32Array('leaf' in ref ? plan.leafSizes[ref.leaf]! : plan.steps[ref.step]!.size),
    );
    kernel(...zeros, ...step.scalars.map(() => 1));
    checkClass('webasm', kernel);
    const { bytes } = kernel.kernel._active!;
    if (!wabt) out.set(step, `${bytes.length} bytes of WebAssembly; install the optional package 'wabt' to read them`);
    else {
      const module = wabt.readWasm(bytes, { simd: true, threads: true, sat_float_to_int: true });
      out.set(step, module.toText({ foldExprs: false, inlineExport: false }));
      module.destroy();
    }
    kernel.destroy();
  }
  return out;
}
