import { heap } from '../heap.ts';
import { routineOf, type Routine } from '../module.ts';
import { mostCalls, mostParts, parallel, threads, type Call, type Part } from '../threads.ts';
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
    // One instruction for a·b + c is 1.07 times as fast on Node 20, 1.2 in Chromium 156; engines
    // before 2023 do not have it.
    multiply: routineOf(WebAssembly.validate(madd) ? madd : multiplyModule(pages, false)),
  };
}

/** An operand in panels of `width` rows, as it is packed. */
interface Panels {
  readonly name: 'a' | 'b';
  readonly where: Strided;
  readonly width: number;
  readonly count: number;
  /** Bytes of a panel, and of all. */
  readonly size: number;
  readonly bytes: number;
  /** Each panel's rows; the last panel begins early enough to be full. */
  readonly rows: Int32Array;
  /** Steps of the sum that are packed for all panels before the next are. */
  readonly block: number;
}

/** How far the second place lies behind the first. */
const stride = (places: Int32Array): number => Math.abs((places[1] ?? 0) - places[0]!);

/**
 * Where neighbours along a row lie far apart and rows lie close, 8 steps go over all panels while
 * their lines are in the cache: 512 × 512 numbers (W4 of the benchmark) take 0.07 ms in place of
 * 0.12.
 */
const near = 8;

function panelsOf(name: 'a' | 'b', where: Strided, width: number): Panels {
  const count = Math.ceil(where.rows.length / width);
  const rows = new Int32Array(count * width);
  for (let p = 0; p < count; p++) {
    const first = Math.min(p * width, where.rows.length - width);
    rows.set(where.rows.subarray(first, first + width), p * width);
  }
  const { length } = where.inner;
  const size = 4 * width * length;
  const block = stride(where.inner) > stride(where.rows) ? near : length;
  return { name, where, width, count, size, bytes: count * size, rows, block };
}

/** Products below which another thread costs more than it brings. */
const productsPerPart = 2 ** 18;

/** Examples that one part may do from beginning to end: each packs a, packs b, and multiplies. */
const mostExamples = Math.floor(mostCalls / 3);

/**
 * Addresses of a run: of the operands' arrays and the result, of the tables, and of room for packed
 * operands.
 */
export interface Addresses {
  readonly a: number;
  readonly b: number;
  readonly y: number;
  readonly tables: number;
  readonly scratch: number;
}

/**
 * Where an operand lies packed, and how far behind the next thread's own copy lies; 0 if all share
 * one.
 */
interface Room {
  readonly at: number;
  readonly copy: number;
}

/** Panels from the first to before the second. */
type Range = readonly [number, number];
const all = ({ count }: Panels): Range => [0, count];

type Do = (routine: Routine, ...args: number[]) => void;

/** What `fill` does, to be done later. */
function collect(fill: (act: Do) => void): Part {
  const part: Call[] = [];
  fill((routine, ...args) => part.push({ routine, args }));
  return part;
}

/**
 * y[b, m, n] = Σ_k a[b, m, k] b[b, n, k] in SIMD WebAssembly of our own; float32, at least 4 rows m
 * and 8 columns n.
 */
export class Contraction {
  readonly #a: Panels;
  readonly #b: Panels;
  readonly #examples: number;
  /** Bytes for the packed operands of one example. */
  readonly #packed: number;
  /** What lies in the heap while the plan lives: rows and inner places of a, then of b. */
  readonly tables: Int32Array;

  constructor(left: Strided, right: Strided) {
    this.#a = panelsOf('a', left, tile.rows);
    this.#b = panelsOf('b', right, tile.columns);
    this.#examples = left.batch.length;
    this.#packed = this.#a.bytes + this.#b.bytes;
    const tables = [this.#a.rows, left.inner, this.#b.rows, right.inner];
    this.tables = new Int32Array(tables.reduce((n, table) => n + table.length, 0));
    tables.reduce((at, table) => (this.tables.set(table, at), at + table.length), 0);
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

  /** The operand whose panels threads divide, if they divide an example, and the other. */
  get #divided(): readonly [Panels, Panels] {
    const [a, b] = [this.#a, this.#b];
    return a.count > b.count ? [a, b] : [b, a];
  }

  get scratch(): number {
    const [divided, whole] = this.#divided;
    const slots = this.#slots;
    return slots === 1 && this.#divides ? divided.bytes + threads() * whole.bytes : slots * this.#packed;
  }

  run(at: Addresses): void {
    routines ??= start();
    const slots = this.#slots;
    for (let i = 0; i < this.#examples; i += slots) {
      if (slots > 1) this.#several(at, i, Math.min(slots, this.#examples - i));
      else if (this.#divides) this.#together(at, i);
      else this.#alone(at, i, at.scratch, ({ run }, ...args) => run(...args));
    }
  }

  /** One example from beginning to end. */
  #alone(at: Addresses, example: number, packed: number, act: Do): void {
    const [a, b] = [this.#a, this.#b];
    const rooms = { a: { at: packed, copy: 0 }, b: { at: packed + a.bytes, copy: 0 } };
    this.#pack(at, example, a, rooms.a, all(a), act);
    this.#pack(at, example, b, rooms.b, all(b), act);
    this.#multiply(at, example, rooms, all(a), all(b), act);
  }

  /** Some examples, divided among threads. */
  #several(at: Addresses, first: number, count: number): void {
    const each = Math.min(mostExamples, Math.max(Math.ceil(count / mostParts), Math.ceil(count / (8 * threads()))));
    const parts = Array.from({ length: Math.ceil(count / each) }, (_, part) =>
      collect((act) => {
        for (let i = part * each; i < Math.min(count, (part + 1) * each); i++)
          this.#alone(at, first + i, at.scratch + i * this.#packed, act);
      }),
    );
    parallel(parts);
  }

  /**
   * One example, its rows or columns, whichever are more, divided among threads. Each thread packs
   * the other operand for itself: if one did it for all, the others would wait, and then fetch it
   * from its cache. The product of 256 × 256 (W4 of the benchmark) takes 0.46 ms in place of 0.51,
   * the least of each.
   */
  #together(at: Addresses, example: number): void {
    const [divided, whole] = this.#divided;
    const rooms = {
      [divided.name]: { at: at.scratch, copy: 0 },
      [whole.name]: { at: at.scratch + divided.bytes, copy: whole.bytes },
    } as Record<'a' | 'b', Room>;
    const count = Math.min(divided.count, 4 * threads(), mostParts);
    const before = collect((act) => this.#pack(at, example, whole, rooms[whole.name], all(whole), act));
    const parts = Array.from({ length: count }, (_, i) => {
      const range = [i, i + 1].map((n) => Math.floor((n * divided.count) / count)) as [number, number];
      const [ofA, ofB] = divided === this.#a ? [range, all(whole)] : [all(whole), range];
      return collect((act) => {
        this.#pack(at, example, divided, rooms[divided.name], range, act);
        this.#multiply(at, example, rooms, ofA, ofB, act);
      });
    });
    parallel(parts, before);
  }

  #pack(at: Addresses, example: number, panels: Panels, room: Room, [first, end]: Range, act: Do): void {
    const { name, where, width, size, rows, block } = panels;
    const tables = at.tables + (name === 'a' ? 0 : 4 * (this.#a.rows.length + this.#a.where.inner.length));
    act(
      routines!.pack,
      at[name] + 4 * where.batch[example]!,
      tables + 4 * first * width,
      tables + 4 * rows.length,
      room.at + first * size,
      end - first,
      where.inner.length,
      4 * width,
      size,
      block,
      room.copy,
    );
  }

  #multiply(
    { y }: Addresses,
    example: number,
    rooms: Readonly<Record<'a' | 'b', Room>>,
    [firstA, endA]: Range,
    [firstB, endB]: Range,
    act: Do,
  ): void {
    const [a, b] = [this.#a, this.#b];
    const [M, N] = [a.where.rows.length, b.where.rows.length];
    act(
      routines!.multiply,
      rooms.a.at + firstA * a.size,
      rooms.b.at + firstB * b.size,
      y + 4 * example * M * N,
      M,
      N,
      firstA * a.width,
      endA * a.width,
      firstB * b.width,
      endB * b.width,
      a.where.inner.length,
      rooms.a.copy,
      rooms.b.copy,
    );
  }
}
