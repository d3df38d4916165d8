/**
 * The one WebAssembly memory that values on the webasm device live in, and who has which part of
 * it. Addresses are in bytes, multiples of 16. It grows as needed, up to 4 GiB, and is shared with
 * worker threads where the platform allows that.
 */

const page = 2 ** 16;
/** The sizes that are tried for the memory: 4 GiB, less where a platform does not give so much. */
const mostPages = [2 ** 16, 2 ** 15, 2 ** 14, 2 ** 13];
/**
 * Bytes that lie free before the first and behind the last block: a vector may reach beyond the end
 * of its array.
 */
const margin = 64;

interface Block {
  readonly at: number;
  readonly size: number;
}

class Heap {
  readonly memory: WebAssembly.Memory;
  /** Pages that it grows to at most. */
  readonly maximum: number;
  /** That size, which modules are told of if they share the memory with those of other threads. */
  readonly sharedPages: number | undefined;
  floats!: Float32Array;
  integers!: Int32Array;
  /** The blocks that nobody has, by address; those that touch are one. */
  readonly #free: Block[] = [];
  #end: number;

  constructor() {
    const shared = typeof SharedArrayBuffer !== 'undefined';
    [this.memory, this.maximum] = reserve(shared);
    this.sharedPages = shared ? this.maximum : undefined;
    this.#end = this.memory.buffer.byteLength;
    this.#free.push({ at: margin, size: this.#end - 2 * margin });
    this.#look();
  }

  #look(): void {
    this.floats = new Float32Array(this.memory.buffer);
    this.integers = new Int32Array(this.memory.buffer);
  }

  /** Counts the bytes that nobody has. */
  get free(): number {
    return this.#free.reduce((n, b) => n + b.size, 0);
  }

  /** Takes a block of at least so many bytes, for which the memory may grow; gives its address. */
  take(bytes: number): number {
    const size = roundUp(bytes);
    let i = this.#free.findIndex((b) => b.size >= size);
    if (i < 0) {
      this.#grow(size);
      i = this.#free.length - 1;
    }
    const block = this.#free[i]!;
    if (block.size === size) this.#free.splice(i, 1);
    else this.#free[i] = { at: block.at + size, size: block.size - size };
    return block.at;
  }

  /** Gives a block back that `take(bytes)` gave. */
  give(at: number, bytes: number): void {
    let [low, high] = [0, this.#free.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#free[middle]!.at < at) low = middle + 1;
      else high = middle;
    }
    this.#free.splice(low, 0, { at, size: roundUp(bytes) });
    this.#join(low);
    this.#join(low - 1);
  }

  /** Makes one block of the i-th free one and the next, if they touch. */
  #join(i: number): void {
    const [block, next] = this.#free.slice(Math.max(i, 0), i + 2);
    if (next && block!.at + block!.size === next.at)
      this.#free.splice(i, 2, { at: block!.at, size: block!.size + next.size });
  }

  #grew(pages: number): boolean {
    try {
      this.memory.grow(pages);
      return true;
    } catch {
      // The host has not so much.
      return false;
    }
  }

  #grow(size: number): void {
    const least = Math.ceil(size / page);
    // Half as much again, so that a thousand tensors do not grow it a thousand times; if there is
    // not so much, what is needed.
    const wanted = Math.max(least, Math.ceil(this.#end / 2 / page));
    const most = this.maximum - this.#end / page;
    const pages = [Math.min(wanted, most), least].find((n) => n >= least && this.#grew(n));
    if (pages === undefined) {
      const taken = `${this.#end - this.free} of at most ${this.maximum * page}`;
      throw new Error(`webasm: ${size} bytes more are needed, but ${taken} are taken`);
    }
    this.give(this.#end - margin, pages * page);
    this.#end += pages * page;
    this.#look();
  }
}

const roundUp = (bytes: number): number => Math.max(64, Math.ceil(bytes / 64) * 64);

/** Makes the memory, as large as the platform lets it grow; gives it and that size. */
function reserve(shared: boolean, sizes = mostPages): [WebAssembly.Memory, number] {
  const maximum = sizes[0]!;
  try {
    return [new WebAssembly.Memory({ initial: 64, maximum, ...(shared && { shared }) }), maximum];
  } catch (error) {
    if (sizes.length === 1) throw error;
    return reserve(shared, sizes.slice(1));
  }
}

let opened: Heap | undefined;

/** Gives the heap, which is made when it is first asked for. */
export const heap = (): Heap => (opened ??= new Heap());
