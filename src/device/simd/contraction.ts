import { heap } from '../webasm/heap.ts';
import { routineOf, type Routine } from '../webasm/module.ts';
import { mostCalls, mostParts, parallel, threads, type Call, type Part } from '../webasm/threads.ts';
import { multiplyModule, tile } from './multiply.ts';
import { packModule } from './pack.ts';

/** Where an operand's elements are: at batch[b] + row[m] + inner[k], added up. */
export interface Strided {
  readonly batch: Int32Array;
  readonly rows: Int32Array;
  readonly inner: Int32Array;
}

let routines: { readonly pack: Routine; readonly multiply: Routine } | undefined;

function start(): NonNullable<typeof routines> {
  const { shared, maximum } = heap().limits;
  const pages = shared ? maximum : undefined;
  const madd = multiplyModule(pages, true);
  return {
    pack: routineOf(packModule(pages)),
    // One instruction for a·b + c is 1.3 times as fast; engines before 2023 do not have it.
    multiply: routineOf(WebAssembly.validate(madd) ? madd : multiplyModule(pages, false)),
  };
}

/** An operand in panels of `width` rows, as it is packed. */
interface Panels {
  readonly where: Strided;
  readonly width: number;
  readonly count: number;
  /** Bytes of a panel. */
  readonly size: number;
  /** Each panel's rows; the last panel begins early enough to be full. */
  readonly rows: Int32Array;
  /** Steps of the sum that are packed for all panels before the next are. */
  readonly block: number;
}

/** How far the second place lies behind the first. */
const stride = (places: Int32Array): number => Math.abs((places[1] ?? 0) - places[0]!);

/**
 * Where neighbours along a row lie far apart and rows lie close, 16 steps go over all panels while their lines are in the cache:
 * 512 × 512 numbers (W4 of the benchmark) take 0.055 ms in place of 0.12.
 */
const near = 16;

function panelsOf(where: Strided, width: number): Panels {
  const count = Math.ceil(where.rows.length / width);
  const rows = new Int32Array(count * width);
  for (let p = 0; p < count; p++) {
    const first = Math.min(p * width, where.rows.length - width);
    rows.set(where.rows.subarray(first, first + width), p * width);
  }
  const { length } = where.inner;
  const block = stride(where.inner) > stride(where.rows) ? near : length;
  return { where, width, count, size: 4 * width * length, rows, block };
}

/** Bytes of all panels. */
const bytesOf = ({ count, size }: Panels): number => count * size;

/** Products below which another thread costs more than it brings. */
const productsPerPart = 2 ** 18;

/** Examples that one part may do from beginning to end: each packs a, packs b in two halves, and multiplies. */
const mostExamples = mostCalls / 4;

/** Addresses of a run: of the operands' arrays and the result, of the tables, and of room for packed operands. */
export interface Addresses {
  readonly a: number;
  readonly b: number;
  readonly y: number;
  readonly tables: number;
  readonly scratch: number;
}

type Do = (routine: Routine, ...args: number[]) => void;

/** y[b, m, n] = Σ_k a[b, m, k] b[b, n, k] in SIMD WebAssembly of our own; float32, at least 4 rows m and 8 columns n. */
export class Contraction {
  readonly #a: Panels;
  readonly #b: Panels;
  readonly #examples: number;
  /** What lies in the heap while the plan lives: rows and inner places of a, then of b. */
  readonly tables: Int32Array;

  constructor(left: Strided, right: Strided) {
    this.#a = panelsOf(left, tile.rows);
    this.#b = panelsOf(right, tile.columns);
    this.#examples = left.batch.length;
    this.tables = Int32Array.from([...this.#a.rows, ...left.inner, ...this.#b.rows, ...right.inner]);
  }

  /** Bytes for the packed operands of one example. */
  get #packed(): number {
    return bytesOf(this.#a) + bytesOf(this.#b);
  }

  /** How many examples are packed at once. */
  get #slots(): number {
    const many = this.#examples > 1 && this.#packed < 2 ** 20;
    return this.#divides && many ? Math.min(this.#examples, mostExamples * mostParts) : 1;
  }

  get #divides(): boolean {
    const products = this.#a.where.rows.length * this.#b.where.rows.length * this.#a.where.inner.length;
    return this.#examples * products >= 2 * productsPerPart && threads() > 1;
  }

  get #byRows(): boolean {
    return this.#a.count > this.#b.count;
  }

  get scratch(): number {
    if (this.#slots > 1 || !this.#divides) return this.#slots * this.#packed;
    return this.#packed + (threads() - 1) * bytesOf(this.#byRows ? this.#b : this.#a);
  }

  run(at: Addresses): void {
    routines ??= start();
    const slots = this.#slots;
    for (let i = 0; i < this.#examples; i += slots) {
      if (slots > 1) this.#several(at, i, Math.min(slots, this.#examples - i));
      else if (this.#divides) this.#divided(at, i);
      else this.#whole(at, i, at.scratch, ({ run }, ...args) => run(...args));
    }
  }

  /** One example from beginning to end. */
  #whole(at: Addresses, example: number, packed: number, act: Do): void {
    const [a, b] = [this.#a, this.#b];
    const packedB = packed + a.count * a.size;
    this.#packA(at, example, packed, 0, a.count, act);
    this.#packB(at, example, packedB, 0, b.count, act);
    this.#multiply(at, example, packed, packedB, [0, a.count], [0, b.count], act);
  }

  /** Some examples, divided among threads. */
  #several(at: Addresses, first: number, count: number): void {
    const each = Math.min(mostExamples, Math.max(Math.ceil(count / mostParts), Math.ceil(count / (8 * threads()))));
    const parts: Call[][] = [];
    for (let i = 0; i < count; i++) {
      if (i % each === 0) parts.push([]);
      const part = parts.at(-1)!;
      this.#whole(at, first + i, at.scratch + i * this.#packed, (routine, ...args) => part.push({ routine, args }));
    }
    parallel(parts);
  }

  /**
   * One example, its rows or columns, whichever are more, divided among threads. Each thread packs the other operand for itself: if one did it
   * for all, the others would wait, and then fetch it from its cache. The product of 256 × 256 (W4 of the benchmark) takes 0.50 ms in place
   * of 0.55, and 0.46 at least in place of 0.51.
   */
  #divided(at: Addresses, example: number): void {
    const [a, b] = [this.#a, this.#b];
    const byRows = this.#byRows;
    const packedA = at.scratch + (byRows ? 0 : bytesOf(b));
    const packedB = at.scratch + (byRows ? bytesOf(a) : 0);
    const panels = byRows ? a.count : b.count;
    const count = Math.min(panels, 4 * threads(), mostParts);
    const collect = (fill: (act: Do) => void): Part => {
      const part: Call[] = [];
      fill((routine, ...args) => part.push({ routine, args }));
      return part;
    };
    const before = collect((act) => {
      if (byRows) this.#packB(at, example, packedB, 0, b.count, act, bytesOf(b));
      else this.#packA(at, example, packedA, 0, a.count, act, bytesOf(a));
    });
    const parts = Array.from({ length: count }, (_, i) =>
      collect((act) => {
        const [first, end] = [Math.floor((i * panels) / count), Math.floor(((i + 1) * panels) / count)];
        if (byRows) {
          this.#packA(at, example, packedA, first, end, act);
          this.#multiply(at, example, packedA, packedB, [first, end], [0, b.count], act, 0, bytesOf(b));
        } else {
          this.#packB(at, example, packedB, first, end, act);
          this.#multiply(at, example, packedA, packedB, [0, a.count], [first, end], act, bytesOf(a));
        }
      }),
    );
    parallel(parts, before);
  }

  #packA({ a, tables }: Addresses, example: number, to: number, first: number, end: number, act: Do, room = 0): void {
    pack(this.#a, a, tables, example, to, first, end, act, room);
  }

  #packB({ b, tables }: Addresses, example: number, to: number, first: number, end: number, act: Do, room = 0): void {
    const before = this.#a.rows.length + this.#a.where.inner.length;
    pack(this.#b, b, tables + 4 * before, example, to, first, end, act, room);
  }

  #multiply(
    { y }: Addresses,
    example: number,
    packedA: number,
    packedB: number,
    [firstA, endA]: readonly [number, number],
    [firstB, endB]: readonly [number, number],
    act: Do,
    copyA = 0,
    copyB = 0,
  ): void {
    const [a, b] = [this.#a, this.#b];
    const [M, N] = [a.where.rows.length, b.where.rows.length];
    act(
      routines!.multiply,
      packedA + firstA * a.size,
      packedB + firstB * b.size,
      y + 4 * example * M * N,
      M,
      N,
      firstA * a.width,
      endA * a.width,
      firstB * b.width,
      endB * b.width,
      a.where.inner.length,
      copyA,
      copyB,
    );
  }
}

/** Packs panels `first` to before `end` of one example. */
function pack(
  { where, width, size, rows, block }: Panels,
  array: number,
  tables: number,
  example: number,
  to: number,
  first: number,
  end: number,
  act: Do,
  room: number,
): void {
  for (let w = 0; w < width; w += 4)
    act(
      routines!.pack,
      array + 4 * where.batch[example]!,
      tables + 4 * (first * width + w),
      tables + 4 * rows.length,
      to + first * size + 4 * w,
      end - first,
      where.inner.length,
      4 * width,
      size,
      block,
      room,
    );
}
