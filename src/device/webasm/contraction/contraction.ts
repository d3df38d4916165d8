import { sizeOf, type Node } from '../../../graph/node.ts';
import { range } from '../../../graph/shape.ts';
import { emit } from '../emit.ts';
import { heap } from '../heap.ts';
import { routineOf, type Routine } from '../module.ts';
import type { Program } from '../program.ts';
import { mostParts, parallel, share, threads, type Call } from '../threads.ts';
import { multiplyModule, tile } from './multiply.ts';
import { packing, type Packing } from './pack.ts';

/** The contraction y[b, m, n] = Σ_k a[b, m, k] b[b, n, k], whose operands are packed first. */
export interface Product {
  readonly a: Packing;
  readonly b: Packing;
  readonly examples: number;
  /** The number of terms of each sum. */
  readonly length: number;
}

/**
 * Returns a contraction as a product of stored arrays, and these arrays. Returns undefined if
 * anything but views lies between an operand and its array.
 */
export function productOf(
  y: Node<'contract'>,
  isBuffer: (node: Node) => boolean,
): { readonly product: Product; readonly arrays: readonly Node[] } | undefined {
  const { batch, rows, columns } = y.attrs;
  const [left, right] = y.inputs as [Node, Node];
  const a = packing(left, y, rows, tile.rows, isBuffer);
  const b = a && packing(right, y, columns, tile.columns, isBuffer);
  if (!b) return undefined;
  const [examples, length] = [left.shape.slice(0, batch), left.shape.slice(batch + rows)].map(sizeOf);
  const product = { a: a.packing, b: b.packing, examples: examples!, length: length! };
  return { product, arrays: [a.array, b.array] };
}

let routine: Routine | undefined;

/**
 * Returns the routine that multiplies packed operands. It uses fused multiply-add if the engine has
 * it.
 */
function multiplier(): Routine {
  if (routine) return routine;
  const fused = multiplyModule(heap().sharedPages, true);
  return (routine = routineOf(WebAssembly.validate(fused) ? fused : multiplyModule(heap().sharedPages, false)));
}

/**
 * An operand, the routine that packs it, and the numbers of bytes of one packed panel and of one
 * packed example.
 */
interface Side extends Packing {
  readonly pack: Routine;
  readonly panel: number;
  readonly bytes: number;
}

/** The number of products from which on waking threads pays. */
const worthThreads = 2 ** 19;
/** The maximum number of bytes of packed operands, if several examples are packed at once. */
const mostPacked = 2 ** 25;
/** The number of bytes of the arguments of both packing kernels. */
const argsBytes = 64;

/** Panels or examples, from the first number to below the second. */
type Range = readonly [number, number];

/** The program of a contraction. It packs the operands into scratch and then multiplies them. */
export class Contraction implements Program {
  readonly scratch: number;
  readonly #a: Side;
  readonly #b: Side;
  readonly #product: Product;
  readonly #multiply = multiplier();
  readonly #isDivided: boolean;
  /** The number of examples that are packed at once. */
  readonly #atOnce: number;

  constructor(product: Product) {
    const { a, b, examples, length } = product;
    const side = (operand: Packing): Side => {
      const panel = 4 * operand.width * length;
      const pack = routineOf(emit(operand.code, operand.grid, heap().sharedPages));
      return { ...operand, pack, panel, bytes: operand.panels * panel };
    };
    [this.#a, this.#b] = [side(a), side(b)];
    this.#product = product;
    const packed = this.#a.bytes + this.#b.bytes;
    const fit = Math.floor(mostPacked / packed);
    this.#isDivided = examples * a.rows * b.rows * length >= worthThreads && threads() > 1;
    this.#atOnce = fit < (this.#isDivided ? threads() : 1) ? 1 : Math.min(examples, fit);
    this.scratch = argsBytes + this.#atOnce * packed;
  }

  text(): string {
    return 'src/device/webasm/contraction/multiply.ts';
  }

  run(args: number, scratch: number): void {
    const { examples } = this.#product;
    for (let first = 0; first < examples; first += this.#atOnce)
      this.#examplesFrom(first, Math.min(this.#atOnce, examples - first), args, scratch);
  }

  /** Computes `count` examples from `start` on. Threads divide the work if that pays. */
  #examplesFrom(start: number, count: number, args: number, scratch: number): void {
    const [a, b] = [this.#a, this.#b];
    const packedA = scratch + argsBytes;
    const packedB = packedA + this.#atOnce * a.bytes;
    const { integers } = heap();
    const [y, atA, atB] = integers.subarray(args / 4, args / 4 + 3) as unknown as [number, number, number];
    integers.set([packedA - start * a.bytes, atA, packedB - start * b.bytes, atB], scratch / 4);

    const pack = (side: Side, [first, end]: Range): Call => {
      const [panel, vectors] = [start * side.panels, side.width / 4];
      const rows = [first, end].map((n) => (panel + n) * vectors);
      return { routine: side.pack, args: [scratch + (side === a ? 0 : 8), ...rows, 0, 4, 0] };
    };
    const multiply = ([firstA, endA]: Range, [firstB, endB]: Range, [first, end]: Range = [0, 1]): Call => ({
      routine: this.#multiply,
      args: [
        packedA + first * a.bytes + firstA * a.panel,
        packedB + first * b.bytes + firstB * b.panel,
        y + 4 * (start + first) * a.rows * b.rows,
        a.rows,
        b.rows,
        ...[firstA, endA].map((n) => n * a.width),
        ...[firstB, endB].map((n) => n * b.width),
        this.#product.length,
        end - first,
      ],
    });
    const whole = ({ panels }: Side): Range => [0, panels];

    if (this.#isDivided && count === 1) {
      // Threads first pack one operand together. Then they divide the other, which has more panels.
      const [shared, divided] = a.panels > b.panels ? [b, a] : [a, b];
      const parts = range(Math.min(4 * threads(), divided.panels, mostParts));
      parallel(parts.map((i) => [pack(shared, share(shared.panels, i, parts.length))]));
      parallel(
        parts.map((i) => {
          const own = share(divided.panels, i, parts.length);
          return [pack(divided, own), divided === a ? multiply(own, whole(b)) : multiply(whole(a), own)];
        }),
      );
    } else {
      const parts = range(this.#isDivided ? Math.min(8 * threads(), count, mostParts) : 1);
      parallel(
        parts.map((i) => {
          const own = share(count, i, parts.length);
          const panels = (side: Side): Range => [own[0] * side.panels, own[1] * side.panels];
          return [pack(a, panels(a)), pack(b, panels(b)), multiply(whole(a), whole(b), own)];
        }),
      );
    }
  }
}
