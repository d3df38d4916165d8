import type { HostArray } from '../../graph/node.ts';
import type { KernelCode } from '../../kernel/code.ts';
import type { Dialect } from './dialect.ts';
import { print } from './print.ts';
import { askedFor, kernelSource, lowered, numbersFor, textsOf, type KernelText } from './source.ts';
import type { KernelStep, Ref } from '../compile.ts';
import { checkResult, drive, float32, lastUses, type Executor, type Runnable } from '../executor.ts';
import { forbidden } from '../forbidden.ts';
import { checkClass, openGpu, type Gpu } from './gpujs.ts';
import { Kernels } from './kernels.ts';
import { HostStorage, type SettledStorage } from '../storage.ts';

const dialect: Dialect = {
  name: 'cpu',
  largestIndex: Infinity,
  dividesExactly: true,
  asNumber: (index) => `(${index})`,
  passesFixed: false,
};

/** A kernel's code as plain JavaScript. */
export const javascriptOf = (code: KernelCode): string => print(code, dialect).text;

/** Plain JavaScript: one kernel after the other, every value an array on the host. */
export async function open(): Promise<Executor<KernelText>> {
  const refusal = forbidden('cpu');
  if (refusal !== undefined) throw new Error(refusal);
  return executor(await openGpu('cpu'));
}

const executor = (gpu: Gpu): Executor<KernelText> => ({
  target: { name: 'cpu', lower: (root, fused, isBuffer) => lowered(kernelSource(root, fused, isBuffer, { dialect })) },
  prepare(plan) {
    const kernels = new Kernels(gpu, { name: 'cpu' });
    const dead = lastUses(plan);
    const kernelStep = (
      step: KernelStep<KernelText>,
      inputs: readonly HostArray[],
      scalars: readonly number[],
    ): Float32Array => {
      const kernel = kernels.get(askedFor(step));
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
        if (step.kind === 'host') results[i] = checkResult(step, yield step.call(inputs, step.shapes));
        else results[i] = kernelStep(step, inputs, scalars);
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
      texts: async () => textsOf(plan, (step) => kernels.find(askedFor(step))?.kernel.kernelString),
      destroy: () => kernels.close(),
    };
    return runnable;
  },
});
