import type { HostArray } from '../graph/node.ts';
import { kernelSource } from './codegen/kernelSource.ts';
import type { KernelStep, Ref } from './compile.ts';
import { checkResult, drive, float32, lastUses, numbersFor, type Executor, type Runnable } from './executor.ts';
import { checkClass, type Gpu } from './gpujs.ts';
import { Kernels } from './kernels.ts';
import { HostStorage, type SettledStorage } from './storage.ts';

/** Plain JavaScript: one kernel after the other, every value an array on the host. */
export const direct = (gpu: Gpu): Executor => ({
  target: { name: 'cpu', source: (root, fused, isBuffer) => kernelSource(root, fused, isBuffer, 'cpu') },
  prepare(plan) {
    const kernels = new Kernels(gpu, 'cpu');
    const dead = lastUses(plan);
    const kernelStep = (step: KernelStep, inputs: readonly HostArray[], scalars: readonly number[]): Float32Array => {
      const kernel = kernels.get(step);
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
      atOnce: true,
      run(leaves, scalars) {
        const begin = (): SettledStorage[] | Promise<SettledStorage[]> => drive(go(leaves, scalars));
        if (leaves.every((l) => l.peek())) return begin();
        // What lies on a GPU is on the host once it has been read.
        return Promise.all(leaves.map((l) => l.read())).then(begin);
      },
      async texts() {
        const steps = plan.steps.filter((s) => s.kind === 'kernel');
        return new Map(steps.map((s) => [s, kernels.find(s)?.kernel.kernelString ?? '']));
      },
      destroy: () => kernels.close(),
    };
    return runnable;
  },
});
