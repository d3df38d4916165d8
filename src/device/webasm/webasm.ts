import type { HostArray } from '../../graph/node.ts';
import type { DevicePlan, HostStep, KernelStep, Ref } from '../compile.ts';
import { checkResult, type Executor, type Runnable } from '../executor.ts';
import { forbidden } from '../forbidden.ts';
import { Contraction } from './contraction/contraction.ts';
import type { SettledStorage } from '../storage.ts';
import { disassemble } from './disassemble.ts';
import { heap } from './heap.ts';
import { addressOf, HeapStorage } from './heapStorage.ts';
import { layoutOf } from './layout.ts';
import { programOf, type Program } from './program.ts';
import { target, type WasmKernel } from './target.ts';

/**
 * A step made ready; `at` is where its arguments or tables stand in the plan's own block, in bytes.
 */
type Ready =
  | { readonly kind: 'rows'; readonly step: KernelStep; readonly program: Program; readonly at: number }
  | { readonly kind: 'contraction'; readonly step: KernelStep; readonly work: Contraction; readonly at: number }
  | { readonly kind: 'host'; readonly step: HostStep };

interface Prepared {
  readonly steps: readonly Ready[];
  /** What stays in the heap as long as the plan: arguments of kernels, tables of contractions. */
  readonly block: number;
  readonly blockSize: number;
  /** Bytes that the largest contraction needs for packed operands. */
  readonly scratch: number;
}

/** Where a large contraction's code stands. */
const contractionSource = 'src/device/webasm/contraction/multiply.ts';

const whole = (bytes: number): number => Math.ceil(bytes / 16) * 16;

/** WebAssembly, if it may be compiled here. */
export function open(): Executor<WasmKernel> {
  const refusal = forbidden('webasm');
  if (refusal !== undefined) throw new Error(refusal);
  return executor;
}

/** Kernels one after the other, over one memory in which all values live. */
const executor: Executor<WasmKernel> = {
  target,
  prepare(plan) {
    const isEarly = (i: number): boolean => {
      const step = plan.steps[i]!;
      return step.kind === 'host' && step.early;
    };
    const all = plan.steps.map((_, i) => i);
    // Functions of the host that need no kernel come first, so that what they wait for is waited
    // for once.
    const order = [...all.filter(isEarly), ...all.filter((i) => !isEarly(i))];
    const outputs = plan.outputs.map((ref) => (ref as { step: number }).step);
    const { places, size } = layoutOf(plan, order, (i) => outputs.includes(i));
    let ready: Prepared | undefined;

    /** One run: addresses of leaves, of the shared room, of outputs. */
    interface Run {
      readonly leaves: readonly number[];
      readonly scalars: readonly number[];
      readonly room: number;
      readonly made: ReadonlyMap<number, number>;
    }

    const addressIn = (run: Run, ref: Ref): number =>
      'leaf' in ref ? run.leaves[ref.leaf]! : (run.made.get(ref.step) ?? run.room + places[ref.step]!);
    const sizeOf = (ref: Ref): number => ('leaf' in ref ? plan.leafSizes[ref.leaf]! : plan.steps[ref.step]!.size);

    function act(run: Run, i: number): void | Promise<void> {
      const r = ready!.steps[i]!;
      const output = addressIn(run, { step: i });
      if (r.kind === 'rows') {
        const { integers, floats } = heap();
        const args = ready!.block + r.at;
        let word = args / 4;
        integers[word++] = output;
        for (const ref of r.step.inputs) integers[word++] = addressIn(run, ref);
        for (const slot of r.step.scalars) floats[word++] = run.scalars[slot]!;
        r.program.run(args);
      } else if (r.kind === 'contraction') {
        const [a, b] = r.step.inputs.map((ref) => addressIn(run, ref)) as [number, number];
        r.work.run({ a, b, y: output, tables: ready!.block + r.at, scratch: run.room + size });
      } else {
        const inputs = r.step.inputs.map((ref): HostArray => {
          const at = addressIn(run, ref) / 4;
          return heap().floats.slice(at, at + sizeOf(ref));
        });
        const put = (result: ArrayLike<number>): void =>
          heap().floats.set(checkResult(r.step, result), addressIn(run, { step: i }) / 4);
        const result = r.step.call(inputs, r.step.shapes);
        return result instanceof Promise ? result.then(put) : put(result);
      }
    }

    /**
     * Steps from the n-th of the order on; at once, as far as functions of the host are not
     * asynchronous.
     */
    function advance(run: Run, n: number): void | Promise<void> {
      for (; n < order.length; n++) {
        const waiting = act(run, order[n]!);
        if (waiting) return waiting.then(() => advance(run, n + 1));
      }
    }

    function start(
      leaves: readonly number[],
      scalars: readonly number[],
    ): SettledStorage[] | Promise<SettledStorage[]> {
      ready ??= prepare(plan);
      const roomSize = size + ready.scratch;
      const taken: [number, number][] = [];
      const take = (bytes: number): number => {
        const at = heap().take(bytes);
        taken.push([at, bytes]);
        return at;
      };
      const failed = (error: unknown): never => {
        for (const [at, bytes] of taken) heap().give(at, bytes);
        throw error;
      };
      let run: Run;
      let waiting: void | Promise<void>;
      try {
        const room = take(roomSize);
        run = { leaves, scalars, room, made: new Map(outputs.map((i) => [i, take(4 * plan.steps[i]!.size)])) };
        waiting = advance(run, 0);
      } catch (error) {
        return failed(error);
      }
      const done = (): SettledStorage[] => {
        heap().give(run.room, roomSize);
        return outputs.map((i) => new HeapStorage(run.made.get(i)!, plan.steps[i]!.size));
      };
      return waiting ? waiting.then(done, failed) : done();
    }

    const runnable: Runnable = {
      atOnce: true,
      run(leaves, scalars) {
        const known = leaves.map(addressOf);
        if (known.every((at) => at !== undefined)) return start(known, scalars);
        // What lies on a GPU has to be read first; it is on the host then.
        return Promise.all(leaves.map((l) => l.read())).then(() =>
          start(
            leaves.map((l) => addressOf(l)!),
            scalars,
          ),
        );
      },
      async texts() {
        const texts = (ready ??= prepare(plan)).steps.map(async (r) => {
          if (r.kind === 'host') return [];
          const generated = r.kind === 'rows' ? await disassemble(r.program.bytes) : contractionSource;
          return [[r.step, { generated }] as const];
        });
        return new Map((await Promise.all(texts)).flat());
      },
      destroy() {
        if (ready) heap().give(ready.block, ready.blockSize);
        ready = undefined;
      },
    };
    return runnable;
  },
};

/** Kernels translated, tables of contractions laid out. */
function prepare(plan: DevicePlan<WasmKernel>): Prepared {
  let blockSize = 0;
  const place = (bytes: number): number => {
    blockSize += whole(bytes);
    return blockSize - whole(bytes);
  };
  const steps = plan.steps.map((step): Ready => {
    if (step.kind === 'host') return { kind: 'host', step };
    const { kernel } = step;
    if (kernel.kind === 'contraction') {
      const work = new Contraction(kernel.left, kernel.right);
      return { kind: 'contraction', step, work, at: place(4 * work.tables.length) };
    }
    const program = programOf(step.code!, kernel.grid);
    return { kind: 'rows', step, program, at: place(4 * (1 + step.inputs.length + step.scalars.length)) };
  });
  const block = heap().take(blockSize);
  let scratch = 0;
  for (const r of steps)
    if (r.kind === 'contraction') {
      heap().integers.set(r.work.tables, (block + r.at) / 4);
      scratch = Math.max(scratch, r.work.scratch);
    }
  return { steps, block, blockSize, scratch };
}
