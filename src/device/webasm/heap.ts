/**
 * The one WebAssembly memory that holds all values on the webasm device, and the allocation of its
 * blocks. Addresses are in bytes, and blocks begin at multiples of 64. The memory grows as needed,
 * up to 4 GiB. It is shared with worker threads if the platform allows that.
 */

const page = 2 ** 16;
/** The maximum sizes to try: 4 GiB first, then less, because some platforms allow less. */
const mostPages = [2 ** 16, 2 ** 15, 2 ** 14, 2 ** 13];
/**
 * The number of bytes that stay free before the first block and after the last, because a vector
 * may reach beyond the end of its array.
 */
const margin = 64;

interface Block {
  readonly at: number;
  readonly size: number;
}

class Heap {
  readonly memory: WebAssembly.Memory;
  /** The maximum number of pages. */
  readonly maximum: number;
  /**
   * The maximum number of pages if the memory is shared, else undefined. Modules that share the
   * memory must declare it.
   */
  readonly sharedPages: number | undefined;
  floats!: Float32Array;
  integers!: Int32Array;
  /** The free blocks in order of address. No two of them touch. */
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

  /** Returns the number of free bytes. */
  get free(): number {
    return this.#free.reduce((n, b) => n + b.size, 0);
  }

  /**
   * Takes a block of at least `bytes` bytes and returns its address. Grows the memory if necessary;
   * throws if it cannot grow enough.
   */
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

  /** Frees a block that `take(bytes)` returned. */
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

  /** Joins the i-th free block with the next if they touch. */
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
      // The host does not have that much memory.
      return false;
    }
  }

  #grow(size: number): void {
    const least = Math.ceil(size / page);
    // The memory grows by half of its size, so that a thousand tensors do not make it grow a
    // thousand times. If the host does not have that much, it grows by what is needed.
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

/** Makes the memory with the largest maximum that the platform allows, and returns both. */
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

/** Returns the heap. The first call makes it. */
export const heap = (): Heap => (opened ??= new Heap());
