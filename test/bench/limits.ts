import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import wabtInit from 'wabt';
import { dispatch, type Dispatch } from './dispatch.ts';
import { start } from './process.ts';

/**
 * What this machine can do at most, on one core and on all at once, and what webasm's plans cost at
 * least.
 */
export interface Limits extends Dispatch {
  /**
   * Floating-point operations of WebAssembly's vectors, half products and half sums, in 10⁹ a
   * second.
   */
  readonly flops: Cores;
  /**
   * The same by fused products and sums, each counted as two operations; missing where Node has no
   * relaxed vectors.
   */
  readonly fused?: Cores;
  /** Copying 64 MiB: bytes read and written, in 10⁹ a second. */
  readonly copy: Cores;
}

export interface Cores {
  readonly one: number;
  readonly all: number;
}

/**
 * Seven independent chains of products and as many of sums, or fourteen of fused ones: enough to
 * keep every unit busy.
 */
function chains(fused: boolean): string {
  const locals = Array.from({ length: 14 }, (_, i) => `(local $v${i} v128)`).join(' ');
  const line = (i: number): string =>
    fused
      ? `(local.set $v${i} (f32x4.relaxed_madd (local.get $v${i}) (local.get $m) (local.get $m)))`
      : `(local.set $v${i} (f32x4.${i < 7 ? 'mul' : 'add'} (local.get $v${i}) (local.get $m)))`;
  return `(module (func (export "run") (param $n i32) (param $x f32) (result f32) (local $m v128) ${locals}
    (local.set $m (f32x4.splat (local.get $x)))
    ${Array.from({ length: 7 }, (_, i) => `(local.set $v${i} (local.get $m))`).join('\n')}
    (loop $again
      ${Array.from({ length: 14 }, (_, i) => line(i)).join('\n')}
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (f32x4.extract_lane 0 ${Array.from({ length: 13 }, (_, i) => i + 1).reduce((sum, i) => `(f32x4.add ${sum} (local.get $v${i}))`, '(local.get $v0)')})))`;
}

async function assembled(fused: boolean): Promise<Uint8Array> {
  const wabt = await wabtInit();
  const module = wabt.parseWat('chains.wat', chains(fused), { simd: true, relaxed_simd: true });
  return module.toBinary({}).buffer;
}

/** Runs in a thread: how much of its work it does in a second, at best, after all have started. */
const program = `
  const { workerData, parentPort } = require('node:worker_threads');
  const { bytes, gate, count } = workerData;
  let work;
  if (bytes) {
    const { run } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
    run(1000, 1);
    work = () => (run(1e6, 1), 1e6);
  } else {
    const from = new Float32Array(2 ** 24).fill(1);
    const to = new Float32Array(2 ** 24);
    work = () => (to.set(from), 2 * from.byteLength);
  }
  work();
  if (Atomics.add(gate, 0, 1) + 1 === count) Atomics.notify(gate, 0);
  for (let seen; (seen = Atomics.load(gate, 0)) < count; ) Atomics.wait(gate, 0, seen, 100);
  let best = 0;
  const end = performance.now() + 400;
  while (performance.now() < end) {
    const before = performance.now();
    const done = work();
    best = Math.max(best, done / (performance.now() - before) / 1e6);
  }
  parentPort.postMessage(best);`;

/** The sum of what so many threads do in a second at the same time, in 10⁹. */
async function together(count: number, bytes?: Uint8Array): Promise<number> {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const rates = Array.from(
    { length: count },
    () =>
      new Promise<number>((resolve, reject) => {
        const worker = new Worker(program, { eval: true, workerData: { bytes, gate, count } });
        worker.once('message', resolve).once('error', reject);
      }),
  );
  return (await Promise.all(rates)).reduce((a, b) => a + b, 0);
}

async function cores(perStep: number, bytes?: Uint8Array): Promise<Cores> {
  return { one: perStep * (await together(1, bytes)), all: perStep * (await together(availableParallelism(), bytes)) };
}

export async function limits(): Promise<Limits> {
  const fused = await assembled(true);
  return {
    // Vectors of four: a loop has 14 operations, and as many pairs where they are fused.
    flops: await cores(14 * 4, await assembled(false)),
    ...(WebAssembly.validate(fused as BufferSource) && { fused: await cores(14 * 8, fused) }),
    copy: await cores(1),
    ...(await dispatch('wasm', start)),
  };
}
