import type { HostArray } from '../graph/node.ts';
import type { Compiled, HostStep, KernelStep, Ref } from './compile.ts';
import { checkResult, float32, type Executor, type Runnable } from './executor.ts';
import { checkClass, makeKernel, type Gpu, type GpuKernel, type GpuPipeline } from './gpujs.ts';
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
  pipeline?: GpuPipeline;
  kernels?: GpuKernel[];
}

/** From this many elements on, gpu.js's threads (about 25 µs a step to meet) are worth having. */
const threadsFrom = 65536;

const keyOf = (ref: Ref): string => ('leaf' in ref ? `l${ref.leaf}` : `s${ref.step}`);

/** The plan's kernels in runs that no host function interrupts. */
function segments(plan: Compiled): (Segment | { readonly host: number })[] {
  const groups: (number[] | { host: number })[] = [];
  plan.steps.forEach((step, i) => {
    if (step.kind === 'host') groups.splice(step.early ? 0 : groups.length, 0, { host: i });
    else {
      const open = groups.at(-1);
      if (Array.isArray(open)) open.push(i);
      else groups.push([i]);
    }
  });
  // Early ones were put in front one by one: back to their order.
  const early = groups.filter((g) => !Array.isArray(g) && (plan.steps[g.host] as HostStep).early).reverse();
  const ordered = [...early, ...groups.filter((g) => !early.includes(g))];
  const home = new Map<number, number>();
  ordered.forEach((g, at) => Array.isArray(g) && g.forEach((i) => home.set(i, at)));
  const leaving = new Set<number>();
  const leave = (ref: Ref, at: number): void => void ('step' in ref && home.get(ref.step) !== at && leaving.add(ref.step));
  ordered.forEach((g, at) => (Array.isArray(g) ? g : [g.host]).forEach((i) => plan.steps[i]!.inputs.forEach((r) => leave(r, at))));
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
    return { steps: g, inputs: [...inputs.values()], numbers: [...numbers.values()], results: g.filter((i) => leaving.has(i)) };
  });
}

const numberKey = (s: KernelStep['scalars'][number]): string => (typeof s === 'number' ? `n${s}` : `#${s.slot}`);

function build(gpu: Gpu, plan: Compiled, segment: Segment): GpuPipeline {
  const kernels = new Map<string, GpuKernel>();
  const args = new Map<string, number>();
  segment.inputs.forEach((ref) => args.set(keyOf(ref), args.size));
  segment.numbers.forEach((s) => args.set(numberKey(s), args.size));
  const steps = segment.steps.map((i) => {
    const step = plan.steps[i] as KernelStep;
    const key = `${step.size};${step.source}`;
    let kernel = kernels.get(key);
    if (!kernel) {
      kernel = makeKernel(gpu, 'webasm', step.source, step.size, step.inputs.map(() => 'Array'), step.scalars.length);
      kernels.set(key, kernel);
    }
    return { i, step, kernel };
  });
  const orchestrate = (...handles: unknown[]): unknown[] => {
    const made = new Map<number, unknown>();
    for (const { i, step, kernel } of steps) {
      const inputs = step.inputs.map((ref) => ('step' in ref && made.get(ref.step)) || handles[args.get(keyOf(ref))!]);
      made.set(i, kernel(...inputs, ...step.scalars.map((s) => handles[args.get(numberKey(s))!])));
    }
    return segment.results.map((i) => made.get(i));
  };
  // gpu.js counts parameters to know how many handles to pass.
  Object.defineProperty(orchestrate, 'length', { value: args.size });
  const threads = segment.steps.some((i) => plan.steps[i]!.size >= threadsFrom);
  segment.kernels = [...kernels.values()];
  return gpu.createPipeline(orchestrate, { threads });
}

/** WebAssembly: each run of kernels is one gpu.js pipeline in one memory. */
export const fused = (gpu: Gpu): Executor => ({
  prepare(plan) {
    const parts = segments(plan);
    let checked = false;

    async function runSegment(segment: Segment, valueOf: (ref: Ref) => Float32Array, scalars: readonly number[]): Promise<Float32Array[]> {
      segment.pipeline ??= build(gpu, plan, segment);
      const { pipeline } = segment;
      const arrays = segment.inputs.map((ref) => {
        const a = valueOf(ref);
        return new Unchanging(a.buffer as ArrayBuffer, a.byteOffset, a.length);
      });
      const numbers = segment.numbers.map((s) => (typeof s === 'number' ? s : scalars[s.slot]!));
      const results = await pipeline(...arrays, ...numbers);
      if (!checked && !pipeline.executorKind.startsWith('fused'))
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
            const step = plan.steps[part.host] as HostStep;
            const inputs: HostArray[] = step.inputs.map(valueOf);
            results.set(part.host, checkResult(step, await step.call(inputs, step.shapes)));
          } else {
            const values = await runSegment(part, valueOf, scalars);
            part.results.forEach((i, n) => results.set(i, values[n]!));
          }
        }
        checked = true;
        return plan.outputs.map((ref): SettledStorage => new HostStorage(valueOf(ref)));
      },
      async texts() {
        return disassemble(gpu, plan);
      },
      destroy() {
        for (const part of parts)
          if ('steps' in part && part.pipeline) {
            void part.pipeline.destroy();
            part.kernels!.forEach((k) => k.destroy());
            delete part.pipeline;
          }
      },
    };
    return runnable;
  },
});

/** WebAssembly text, if the optional package `wabt` is there to write it; else the size of what would be disassembled. */
async function disassemble(gpu: Gpu, plan: Compiled): Promise<Map<KernelStep, string>> {
  const name = 'wabt';
  type Wabt = () => Promise<{ readWasm(bytes: Uint8Array, features: object): { toText(options: object): string; destroy(): void } }>;
  const wabt = await import(/* @vite-ignore */ name).then((m: { default: Wabt }) => m.default(), () => undefined);
  const out = new Map<KernelStep, string>();
  for (const step of plan.steps) {
    if (step.kind !== 'kernel') continue;
    // A pipeline keeps no bytes, so the kernel is built once more, alone, on zeros.
    const kernel = makeKernel(gpu, 'webasm', step.source, step.size, step.inputs.map(() => 'Array'), step.scalars.length);
    const zeros = step.inputs.map((ref) => new Float32Array('leaf' in ref ? plan.leafSizes[ref.leaf]! : plan.steps[ref.step]!.size));
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
