import type { HostArray } from '../../graph/node.ts';
import type { Compiled, HostStep, KernelStep, Ref } from '../compile.ts';
import { checkResult, type Executor, type Runnable } from '../executor.ts';
import { forbidden } from '../forbidden.ts';
import type { SettledStorage } from '../storage.ts';
import { Contraction } from './contraction/contraction.ts';
import { heap } from './heap.ts';
import { addressOf, HeapStorage } from './heapStorage.ts';
import { layoutOf } from './layout.ts';
import { programOf, type Program } from './program.ts';
import { target, type WasmKernel } from './target.ts';

/** WebAssembly, if it may be compiled here. */
export function open(): Executor<WasmKernel> {
  const refusal = forbidden('webasm');
  if (refusal !== undefined) throw new Error(refusal);
  return executor;
}

/** What all runs of a plan share. */
interface Ready {
  /** The program of each step; undefined for those of the host. */
  readonly programs: readonly (Program | undefined)[];
  /** Bytes that the steps, one after the other, need for scratch and for arguments. */
  readonly scratch: number;
  readonly args: number;
}

/** Addresses of one run: where values lie, and what steps need beside them. */
interface Places {
  readonly of: (ref: Ref) => number;
  readonly scratch: number;
  readonly args: number;
}

/** Makes the programs of a plan. */
function prepare({ steps }: Compiled<WasmKernel>): Ready {
  const programs = steps.map((step): Program | undefined => {
    if (step.kind === 'host') return undefined;
    const { kernel } = step;
    if (kernel.kind === 'contraction') return new Contraction(kernel.product);
    return programOf(step.code!, kernel.grid, kernel.cost);
  });
  const words = steps.map((step) => (step.kind === 'host' ? 0 : 1 + step.inputs.length + step.scalars.length));
  const scratch = programs.map((program) => 64 * Math.ceil((program?.scratch ?? 0) / 64));
  return { programs, scratch: Math.max(0, ...scratch), args: 4 * Math.max(0, ...words) };
}

/** Writes a kernel's arguments and runs it. */
function runKernel(program: Program, step: KernelStep, output: Ref, scalars: readonly number[], at: Places): void {
  const { integers, floats } = heap();
  let word = at.args / 4;
  for (const ref of [output, ...step.inputs]) integers[word++] = at.of(ref);
  for (const slot of step.scalars) floats[word++] = scalars[slot]!;
  program.run(at.args, at.scratch);
}

/** Kernels one after the other, over one memory in which all values live. */
const executor: Executor<WasmKernel> = {
  target,
  prepare(plan) {
    const { steps } = plan;
    const isEarly = (i: number): boolean => {
      const step = steps[i]!;
      return step.kind === 'host' && step.early;
    };
    // Functions of the host that need no kernel come first, so that what they wait for is waited
    // for once.
    const order = [...steps.keys()].sort((i, j) => Number(isEarly(j)) - Number(isEarly(i)));
    const outputs = plan.outputs.map((ref) => (ref as { step: number }).step);
    const { places, size } = layoutOf(plan, order, (i) => outputs.includes(i));
    let ready: Ready | undefined;

    /** Calls a function of the host with its inputs; its result goes to the heap when it is there. */
    function callHost(step: HostStep, output: Ref, at: Places): void | Promise<void> {
      const inputs = step.inputs.map((ref): HostArray => {
        const [first, n] = [at.of(ref) / 4, 'leaf' in ref ? plan.leafSizes[ref.leaf]! : steps[ref.step]!.size];
        return heap().floats.slice(first, first + n);
      });
      const put = (result: ArrayLike<number>): void => heap().floats.set(checkResult(step, result), at.of(output) / 4);
      const result = step.call(inputs, step.shapes);
      return result instanceof Promise ? result.then(put) : put(result);
    }

    /**
     * Runs steps from the n-th of the order on; at once, as far as functions of the host are not
     * asynchronous.
     */
    function advance(at: Places, scalars: readonly number[], n = 0): void | Promise<void> {
      for (; n < order.length; n++) {
        const output = { step: order[n]! };
        const [step, program] = [steps[output.step]!, ready!.programs[output.step]];
        if (step.kind !== 'host') runKernel(program!, step, output, scalars, at);
        else {
          const waiting = callHost(step, output, at);
          if (waiting) return waiting.then(() => advance(at, scalars, n + 1));
        }
      }
    }

    /** Runs the plan on leaves in the heap. What it takes there is given back, but for outputs. */
    function start(
      leaves: readonly number[],
      scalars: readonly number[],
    ): SettledStorage[] | Promise<SettledStorage[]> {
      const { scratch, args } = (ready ??= prepare(plan));
      const sizes = [size + scratch + args, ...outputs.map((i) => 4 * steps[i]!.size)];
      const taken: number[] = [];
      const give = (count: number): void => taken.slice(0, count).forEach((at, i) => heap().give(at, sizes[i]!));
      const failed = (error: unknown): never => {
        give(taken.length);
        throw error;
      };
      const done = (): SettledStorage[] => {
        give(1);
        return outputs.map((i, n) => new HeapStorage(taken[n + 1]!, steps[i]!.size));
      };
      let waiting: void | Promise<void>;
      try {
        for (const bytes of sizes) taken.push(heap().take(bytes));
        const [shared] = taken as [number];
        const made = places.map((place) => shared + (place ?? 0));
        outputs.forEach((i, n) => (made[i] = taken[n + 1]!));
        const of = (ref: Ref): number => ('leaf' in ref ? leaves[ref.leaf]! : made[ref.step]!);
        waiting = advance({ of, scratch: shared + size, args: shared + size + scratch }, scalars);
      } catch (error) {
        return failed(error);
      }
      return waiting ? waiting.then(done, failed) : done();
    }

    const runnable: Runnable = {
      atOnce: true,
      run(leaves, scalars) {
        const known = leaves.map(addressOf);
        if (known.every((at) => at !== undefined)) return start(known, scalars);
        // What lies on a GPU has to be read first; it is on the host then.
        return Promise.all(leaves.map((l) => l.read())).then(() => runnable.run(leaves, scalars));
      },
      async texts() {
        const { programs } = (ready ??= prepare(plan));
        const texts = steps.map(async (step, i) =>
          step.kind === 'host' ? [] : [[step, { generated: await programs[i]!.text() }] as const],
        );
        return new Map((await Promise.all(texts)).flat());
      },
      destroy() {
        ready = undefined;
      },
    };
    return runnable;
  },
};
