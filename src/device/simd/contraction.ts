import { multiplyModule, tile } from './multiply.ts';
import { packModule } from './pack.ts';

/** Where an operand's elements are: at batch[b] + row[m] + inner[k], added up. */
export interface Strided {
  readonly batch: Int32Array;
  readonly rows: Int32Array;
  readonly inner: Int32Array;
}

/** What a module of ours exports: a function of addresses and counts. */
type Run = (...integers: number[]) => void;

interface Machine {
  readonly memory: WebAssembly.Memory;
  readonly pack: Run;
  readonly multiply: Run;
}

let machine: Machine | undefined;

function start(): Machine {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const runOf = (bytes: Uint8Array<ArrayBuffer>): Run =>
    new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports.run as Run;
  return { memory, pack: runOf(packModule()), multiply: runOf(multiplyModule()) };
}

/** An operand in the memory: what it reads of its array, its tables, and its rows in panels of `width`. */
interface Placed {
  readonly where: Strided;
  readonly width: number;
  readonly panels: number;
  /** The part of the array that is read: from `low` to before `high`. */
  readonly low: number;
  readonly high: number;
  /** Places in the memory, in numbers of four bytes. */
  readonly numbers: number;
  readonly rows: number;
  readonly inner: number;
  readonly packed: number;
  readonly end: number;
}

// Vectors are read fastest at multiples of 16 bytes.
const whole = (size: number): number => 4 * Math.ceil(size / 4);

function place(where: Strided, width: number, numbers: number): Placed {
  let [low, high] = [0, 1];
  for (const offsets of [where.batch, where.rows, where.inner]) {
    low += offsets.reduce((a, b) => Math.min(a, b));
    high += offsets.reduce((a, b) => Math.max(a, b));
  }
  const panels = Math.ceil(where.rows.length / width);
  const K = where.inner.length;
  const rows = numbers + whole(high - low);
  const inner = rows + panels * width;
  const packed = inner + whole(K);
  return { where, width, panels, low, high, numbers, rows, inner, packed, end: packed + panels * width * K };
}

/** Brings the array and the tables in. Where the last panel is not full it repeats the last row: what comes of it is not read. */
function bring(
  heap: Float32Array,
  { where, low, high, numbers, rows, inner, panels, width }: Placed,
  from: Float32Array,
): void {
  const integers = new Int32Array(heap.buffer);
  heap.set(from.subarray(low, high), numbers);
  integers.set(where.rows, rows);
  integers.fill(where.rows.at(-1)!, rows + where.rows.length, rows + panels * width);
  integers.set(where.inner, inner);
}

/** One example's matrix in panels. */
function pack(run: Run, { where, width, panels, low, numbers, rows, inner, packed }: Placed, example: number): void {
  const from = 4 * (numbers + where.batch[example]! - low);
  for (let w = 0; w < width; w += 4)
    run(from, 4 * (rows + w), 4 * inner, 4 * (packed + w), panels, where.inner.length, 4 * width);
}

/** y[b, m, n] = Σ_k a[b, m, k] b[b, n, k] in SIMD WebAssembly of our own; float32. */
export function contraction(a: Float32Array, left: Strided, b: Float32Array, right: Strided): Float32Array {
  machine ??= start();
  const { memory } = machine;
  const [M, N, K] = [left.rows.length, right.rows.length, left.inner.length];
  const A = place(left, tile.rows, 0);
  const B = place(right, tile.columns, A.end);
  const width = B.panels * tile.columns;
  const missing = 4 * (B.end + A.panels * tile.rows * width) - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
  const heap = new Float32Array(memory.buffer);
  bring(heap, A, a);
  bring(heap, B, b);
  const out = new Float32Array(left.batch.length * M * N);
  for (let i = 0; i < left.batch.length; i++) {
    pack(machine.pack, A, i);
    pack(machine.pack, B, i);
    machine.multiply(4 * A.packed, 4 * B.packed, 4 * B.end, A.panels, B.panels, K);
    if (width === N) out.set(heap.subarray(B.end, B.end + M * N), i * M * N);
    else for (let m = 0; m < M; m++) out.set(heap.subarray(B.end + m * width, B.end + m * width + N), (i * M + m) * N);
  }
  return out;
}
