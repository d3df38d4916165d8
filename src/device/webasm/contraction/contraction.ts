import { sizeOf, type Node } from '../../../graph/node.ts';
import { range } from '../../../graph/shape.ts';
import { emit } from '../emit.ts';
import { heap } from '../heap.ts';
import { routineOf, sharedPages, type Routine } from '../module.ts';
import { mostParts, parallel, share, threads, type Call } from '../threads.ts';
import { multiplyModule, tile } from './multiply.ts';
import { packing, type Packing } from './pack.ts';

/** y[b, m, n] = Σ_k a[b, m, k] b[b, n, k], of operands that are packed first. */
export interface Product {
  readonly left: Packing;
  readonly right: Packing;
  readonly examples: number;
  /** How many products each sum has. */
  readonly length: number;
}

/** Gives a contraction as a product of stored arrays, and these, if its operands are such. */
export function productOf(
  y: Node<'contract'>,
  isBuffer: (node: Node) => boolean,
): (Product & { readonly arrays: readonly Node[] }) | undefined {
  const { batch, rows, columns } = y.attrs;
  const [a, b] = y.inputs as [Node, Node];
  const left = packing(a, y, rows, tile.rows, isBuffer);
  const right = left && packing(b, y, columns, tile.columns, isBuffer);
  const [examples, length] = [a.shape.slice(0, batch), a.shape.slice(batch + rows)].map(sizeOf);
  if (!right) return undefined;
  const arrays = [left.array, right.array];
  return { left: left.packing, right: right.packing, examples: examples!, length: length!, arrays };
}

let multiply: Routine | undefined;

/** The routine that multiplies packed operands, by fused instructions where the engine has them. */
function multiplier(): Routine {
  const fused = multiplyModule(sharedPages(), true);
  return (multiply ??= routineOf(WebAssembly.validate(fused) ? fused : multiplyModule(sharedPages(), false)));
}

/** An operand whose kernel is compiled. */
interface Side extends Packing {
  readonly pack: Routine;
  /** Bytes of a panel, and of all panels of an example. */
  readonly size: number;
  readonly bytes: number;
}

/** Products from which on threads are worth waking. */
const worthThreads = 2 ** 19;
/** Bytes of packed operands of several examples. */
const mostPacked = 2 ** 25;

/**
 * Addresses of a run, in bytes: of the operands and the result, of four arguments, and of scratch
 * for packed operands.
 */
export interface Addresses {
  readonly a: number;
  readonly b: number;
  readonly y: number;
  readonly args: number;
  readonly scratch: number;
}

/** Panels from the first to before the second. */
type Panels = readonly [number, number];

/** A product that is ready to run over the heap. */
export class Contraction {
  /** Bytes that a run needs for packed operands. */
  readonly scratch: number;
  readonly #a: Side;
  readonly #b: Side;
  readonly #examples: number;
  readonly #length: number;
  readonly #isDivided: boolean;
  /** How many examples are packed at once. */
  readonly #count: number;

  constructor({ left, right, examples, length }: Product) {
    const side = (operand: Packing): Side => {
      const size = 4 * operand.width * length;
      const pack = routineOf(emit(operand.code, operand.grid, sharedPages()));
      return { ...operand, pack, size, bytes: operand.panels * size };
    };
    [this.#a, this.#b] = [side(left), side(right)];
    [this.#examples, this.#length] = [examples, length];
    const packed = this.#a.bytes + this.#b.bytes;
    const fit = Math.floor(mostPacked / packed);
    this.#isDivided = examples * left.rows * right.rows * length >= worthThreads && threads() > 1;
    this.#count = fit < (this.#isDivided ? threads() : 1) ? 1 : Math.min(examples, fit);
    this.scratch = this.#count * packed;
  }

  /** Computes the result from the operands. Changes the arguments and the scratch. */
  run({ a, b, y, args, scratch }: Addresses): void {
    const [ofA, ofB] = [this.#a, this.#b];
    const packedB = scratch + this.#count * ofA.bytes;
    for (let first = 0; first < this.#examples; first += this.#count) {
      const count = Math.min(this.#count, this.#examples - first);
      heap().integers.set([scratch - first * ofA.bytes, a, packedB - first * ofB.bytes, b], args / 4);
      const pack = (side: Side, [from, end]: Panels): Call => {
        const [at, vectors] = [args + (side === ofA ? 0 : 8), side.width / 4];
        const panel = first * side.panels;
        return { routine: side.pack, args: [at, vectors * (panel + from), vectors * (panel + end), 0, 4, 0] };
      };
      const multiply = ([firstA, endA]: Panels, [firstB, endB]: Panels, [from, end]: Panels = [0, 1]): Call => ({
        routine: multiplier(),
        args: [
          scratch + from * ofA.bytes + firstA * ofA.size,
          packedB + from * ofB.bytes + firstB * ofB.size,
          y + 4 * (first + from) * ofA.rows * ofB.rows,
          ofA.rows,
          ofB.rows,
          firstA * ofA.width,
          endA * ofA.width,
          firstB * ofB.width,
          endB * ofB.width,
          this.#length,
          end - from,
        ],
      });
      const [allA, allB] = [ofA, ofB].map(({ panels }) => [0, panels] as const) as [Panels, Panels];
      if (this.#isDivided && count === 1) {
        // Threads divide the operand of more panels; before, they pack the other together.
        const [most, other] = ofA.panels > ofB.panels ? [ofA, ofB] : [ofB, ofA];
        const parts = range(Math.min(most.panels, 4 * threads(), mostParts));
        parallel(parts.map((i) => [pack(other, share(other.panels, i, parts.length))]));
        parallel(
          parts.map((i) => {
            const own = share(most.panels, i, parts.length);
            return [pack(most, own), most === ofA ? multiply(own, allB) : multiply(allA, own)];
          }),
        );
      } else {
        const parts = range(this.#isDivided ? Math.min(count, 8 * threads(), mostParts) : 1);
        parallel(
          parts.map((i) => {
            const [from, end] = share(count, i, parts.length);
            const panels = (side: Side): Panels => [from * side.panels, end * side.panels];
            return [pack(ofA, panels(ofA)), pack(ofB, panels(ofB)), multiply(allA, allB, [from, end])];
          }),
        );
      }
    }
  }
}
