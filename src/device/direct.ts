import type { HostArray } from '../graph/node.ts';
import type { KernelStep, Ref } from './compile.ts';
import { checkResult, float32, lastUses, numbersFor, type Executor, type Runnable } from './executor.ts';
import { checkClass, makeKernel, type Gpu, type GpuKernel } from './gpujs.ts';
import { HostStorage, type SettledStorage } from './storage.ts';

/** Plain JavaScript: one kernel after the other, every value an array on the host. */
export const direct = (gpu: Gpu): Executor => ({
  prepare(plan) {
    const kernels = new Map<string, GpuKernel>();
    const dead = lastUses(plan);
    const build = (step: KernelStep): GpuKernel => {
      const key = `${step.size};${step.source}`;
      let kernel = kernels.get(key);
      if (!kernel) {
        kernel = makeKernel(
          gpu,
          'cpu',
          step.source,
          step.size,
          step.inputs.map(() => 'Array'),
          step.scalars.length,
        );
        kernels.set(key, kernel);
      }
      return kernel;
    };
    const kernelStep = (step: KernelStep, inputs: readonly HostArray[], scalars: readonly number[]): Float32Array => {
      const kernel = build(step);
      const result = kernel(...inputs, ...numbersFor(step, scalars)) as Float32Array;
      checkClass('cpu', kernel);
      return result;
    };

    function* go(
      leaves: readonly SettledStorage[],
      scalars: readonly number[],
    ): Generator<unknown, SettledStorage[], ArrayLike<number>> {
      const results: (Float32Array | undefined)[] = [];
      const valueOf = (ref: Ref): Float32Array =>
        'leaf' in ref ? float32(leaves[ref.leaf]!.readSync()) : results[ref.step]!;
      for (const [i, step] of plan.steps.entries()) {
        const inputs = step.inputs.map(valueOf);
        if (step.kind === 'kernel') results[i] = kernelStep(step, inputs, scalars);
        else if (step.kind === 'host') results[i] = checkResult(step, yield step.call(inputs, step.shapes));
        else throw new Error('internal: contractions of our own are for webasm');
        for (const n of dead[i]!) results[n] = undefined;
      }
      return plan.outputs.map((ref) => new HostStorage(valueOf(ref)));
    }

    const runnable: Runnable = {
      async run(leaves, scalars) {
        await Promise.all(leaves.map((l) => l.read()));
        const running = go(leaves, scalars);
        let next = running.next();
        while (!next.done) next = running.next((await next.value) as ArrayLike<number>);
        return next.value;
      },
      runSync(leaves, scalars) {
        const running = go(leaves, scalars);
        let next = running.next();
        while (!next.done) {
          if (next.value instanceof Promise)
            throw new Error('dataSync: a hostCall in the graph is asynchronous; use await t.data()');
          next = running.next(next.value as ArrayLike<number>);
        }
        return next.value;
      },
      async texts() {
        return new Map(
          plan.steps
            .filter((s) => s.kind === 'kernel')
            .map((s) => [s, kernels.get(`${s.size};${s.source}`)?.kernel.kernelString ?? '']),
        );
      },
      destroy() {
        for (const kernel of kernels.values()) {
          kernel.destroy();
          // gpu.js keeps a destroyed CPU kernel in this list for ever.
          const at = gpu.kernels.indexOf(kernel.kernel);
          if (at >= 0) gpu.kernels.splice(at, 1);
        }
        kernels.clear();
      },
    };
    return runnable;
  },
});
