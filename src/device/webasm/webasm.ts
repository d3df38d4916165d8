import { sizeOf, type HostArray } from '../../graph/node.ts';
import type { DevicePlan, HostStep, Ref } from '../compile.ts';
import { checkResult, type Executor, type Runnable } from '../executor.ts';
import { forbidden } from '../forbidden.ts';
import type { SettledStorage } from '../storage.ts';
import { Contraction } from './contraction/contraction.ts';
import { heap } from './heap.ts';
import { addressOf, HeapStorage } from './heapStorage.ts';
import { layoutOf, type Layout } from './layout.ts';
import { programOf, type Program } from './program.ts';
import { target, type WasmKernel } from './target.ts';

/** Returns the executor of webasm. Throws if WebAssembly may not be compiled here. */
export function open(): Executor<WasmKernel> {
  const refusal = forbidden('webasm');
  if (refusal !== undefined) throw new Error(refusal);
  return { target, prepare: (plan) => new WasmPlan(plan) };
}

/**
 * The addresses used by a run: those of values, of the scratch and of the arguments. All steps
 * share the scratch and the arguments, one after the other.
 */
interface Places {
  readonly of: (ref: Ref) => number;
  readonly scratch: number;
  readonly args: number;
}

/**
 * Makes the programs of steps, undefined for host steps, and finds the number of bytes of scratch
 * that the largest needs.
 */
function prepare(steps: DevicePlan<WasmKernel>['steps']): { programs: (Program | undefined)[]; scratch: number } {
  const programs = steps.map((step) => {
    if (step.kind === 'host') return undefined;
    const { kernel } = step;
    return kernel.kind === 'rows' ? programOf(step.code!, kernel.grid, kernel.cost) : new Contraction(kernel.product);
  });
  return { programs, scratch: Math.max(0, ...programs.map((program) => program?.scratch ?? 0)) };
}

/** A plan that runs its kernels in sequence on the heap, in which all its values lie. */
class WasmPlan implements Runnable {
  readonly atOnce = true;
  readonly #plan: DevicePlan<WasmKernel>;
  readonly #layout: Layout;
  /** The number of bytes for the arguments of any step. */
  readonly #args: number;
  #made: ReturnType<typeof prepare> | undefined;

  constructor(plan: DevicePlan<WasmKernel>) {
    this.#plan = plan;
    this.#layout = layoutOf(plan);
    const words = plan.steps.map((step) => (step.kind === 'host' ? 0 : step.inputs.length + step.scalars.length));
    this.#args = 4 * (1 + Math.max(0, ...words));
  }

  /** The programs, made on first use. */
  get #ready(): ReturnType<typeof prepare> {
    return (this.#made ??= prepare(this.#plan.steps));
  }

  run(leaves: readonly SettledStorage[], scalars: readonly number[]): ReturnType<Runnable['run']> {
    const known = leaves.map(addressOf);
    if (known.every((at) => at !== undefined)) return this.#start(known, scalars);
    // Elements on a GPU must be read first; after that they are on the host.
    return Promise.all(leaves.map((l) => l.read())).then(() => this.run(leaves, scalars));
  }

  async texts(): ReturnType<Runnable['texts']> {
    const texts = this.#plan.steps.map(async (step, i) =>
      step.kind === 'host' ? [] : [[step, { generated: await this.#ready.programs[i]!.text() }] as const],
    );
    return new Map((await Promise.all(texts)).flat());
  }

  destroy(): void {
    this.#made = undefined;
  }

  /**
   * Runs the plan on the leaves at these addresses of the heap. Returns the storages of the
   * outputs, or a promise of them if a host function returns one. All other memory that the run
   * takes is freed when it ends; if it fails, all of it is freed.
   */
  #start(leaves: readonly number[], scalars: readonly number[]): SettledStorage[] | Promise<SettledStorage[]> {
    const { places, size } = this.#layout;
    const { steps, outputs } = this.#plan;
    const { scratch } = this.#ready;
    const sizes = [size + scratch + this.#args, ...outputs.map((i) => 4 * steps[i]!.size)];
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
      waiting = this.#advance({ of, scratch: shared + size, args: shared + size + scratch }, scalars);
    } catch (error) {
      return failed(error);
    }
    return waiting ? waiting.then(done, failed) : done();
  }

  /** Runs the steps from the i-th on. Returns a promise only if a host function does. */
  #advance(at: Places, scalars: readonly number[], i = 0): void | Promise<void> {
    const { steps } = this.#plan;
    for (; i < steps.length; i++) {
      const step = steps[i]!;
      if (step.kind === 'host') {
        const waiting = this.#callHost(step, i, at);
        if (waiting) return waiting.then(() => this.#advance(at, scalars, i + 1));
      } else {
        const { integers, floats } = heap();
        let word = at.args / 4;
        integers[word++] = at.of({ step: i });
        for (const ref of step.inputs) integers[word++] = at.of(ref);
        for (const slot of step.scalars) floats[word++] = scalars[slot]!;
        this.#ready.programs[i]!.run(at.args, at.scratch);
      }
    }
  }

  /**
   * Calls the host function of step i with copies of its inputs, which `at` finds in the heap, and
   * writes the result to the heap. Returns a promise only if the function does.
   */
  #callHost(step: HostStep, i: number, at: Places): void | Promise<void> {
    const inputs = step.inputs.map((ref, n): HostArray => {
      const first = at.of(ref) / 4;
      return heap().floats.slice(first, first + sizeOf(step.shapes[n]!));
    });
    const put = (result: ArrayLike<number>): void =>
      heap().floats.set(checkResult(step, result), at.of({ step: i }) / 4);
    const result = step.call(inputs, step.shapes);
    return result instanceof Promise ? result.then(put) : put(result);
  }
}
