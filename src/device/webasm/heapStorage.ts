import type { HostArray } from '../../graph/node.ts';
import { track } from '../memory.ts';
import { SettledStorage } from '../storage.ts';
import { heap } from './heap.ts';

/**
 * The number of bytes in storages that have no ballast. It is at most `mostLight`, so that a step
 * that disposes of its results does not allocate ballast. With a larger limit, arrays that were
 * read would pile up on the host before they are collected.
 */
let light = 0;
const mostLight = 2 ** 20;

/** A storage whose elements lie in the WebAssembly heap. */
export class HeapStorage extends SettledStorage {
  readonly device = 'webasm';
  readonly bytes: number;
  readonly at: number;
  readonly #untrack: () => void;
  #freed = false;
  /**
   * An unused array, as large as the elements in the heap, or empty while few bytes have no
   * ballast. The garbage collector does not see the heap; the array makes it see the size.
   */
  readonly #ballast: ArrayBuffer;

  constructor(at: number, size: number) {
    super();
    this.at = at;
    this.bytes = 4 * size;
    const { bytes } = this;
    const unfelt = light + bytes > mostLight ? 0 : bytes;
    this.#ballast = new ArrayBuffer(bytes - unfelt);
    light += unfelt;
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

  /** Returns the elements, which `readSync` has copied already. */
  override async copy(): Promise<HostArray> {
    return this.readSync();
  }

  protected free(): void {
    this.#freed = true;
    this.#untrack();
  }
}

/**
 * Returns the address of a storage's elements in the heap. Elements on the host are copied to the
 * heap first. Returns undefined if they are only on a GPU.
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
