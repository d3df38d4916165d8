import type { HostArray } from '../../graph/node.ts';
import { track } from '../memory.ts';
import { SettledStorage } from '../storage.ts';
import { heap } from './heap.ts';

/**
 * Bytes of storages that have no ballast, at most 1 MiB: a step that disposes of what it makes
 * never pays for any. GradDrop of 10 lanes of 2¹⁸ (W10 of the benchmark) takes 0.33 ms in place of
 * 0.41. With 16 MiB arrays that were read pile up on the host until they are collected, and W6
 * takes 4.4 ms in place of 3.
 */
let light = 0;
const mostLight = 2 ** 20;

/** Numbers in the WebAssembly heap. */
export class HeapStorage extends SettledStorage {
  readonly device = 'webasm';
  readonly bytes: number;
  readonly at: number;
  readonly #untrack: () => void;
  #freed = false;
  /**
   * As large as what the heap holds, or empty while that is little, and never touched: it makes the
   * collector feel the size.
   */
  readonly #ballast: ArrayBuffer;

  constructor(at: number, size: number) {
    super();
    this.at = at;
    this.bytes = 4 * size;
    const { bytes } = this;
    const unfelt = light + bytes > mostLight ? 0 : bytes;
    light += unfelt;
    this.#ballast = new ArrayBuffer(bytes - unfelt);
    this.#untrack = track(this, unfelt + this.#ballast.byteLength, () => {
      light -= unfelt;
      heap().give(at, bytes);
    });
  }

  readSync(): HostArray {
    if (this.#freed) throw new Error('data: the tensor has been disposed');
    return heap().floats.slice(this.at / 4, (this.at + this.bytes) / 4);
  }

  peek(): HostArray | undefined {
    return this.#freed ? undefined : this.readSync();
  }

  /** What is read is a copy already. */
  override async copy(): Promise<HostArray> {
    return this.readSync();
  }

  protected free(): void {
    this.#freed = true;
    this.#untrack();
  }
}

/**
 * Where the numbers of a storage are in the heap; they are brought there first, if they are on the
 * host, else it is undefined.
 */
export function addressOf(storage: SettledStorage): number | undefined {
  if (storage instanceof HeapStorage) return storage.at;
  if (storage.resident?.device === 'webasm') return storage.resident.handle as number;
  const data = storage.peek();
  if (!data) return undefined;
  const bytes = 4 * data.length;
  const at = heap().take(bytes);
  heap().floats.set(data, at / 4);
  storage.moveTo({ device: 'webasm', handle: at, free: track(storage, bytes, () => heap().give(at, bytes)) });
  return at;
}
