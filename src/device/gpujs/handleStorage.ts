import type { HostArray } from '../../graph/node.ts';
import { track } from '../memory.ts';
import { SettledStorage } from '../storage.ts';
import type { Handle } from './gpujs.ts';

/** A storage whose elements stay on a GPU until they are read. */
export class HandleStorage extends SettledStorage {
  readonly device: string;
  readonly handle: Handle;
  readonly #untrack: () => void;
  #host: Float32Array | undefined;
  /**
   * An unused array, as large as the elements on the GPU. The garbage collector does not see the
   * GPU's memory; the array makes it see the size.
   */
  readonly #ballast: ArrayBuffer;

  /** `release` is called when the handle is freed. */
  constructor(device: string, handle: Handle, size: number, release: () => void) {
    super();
    this.#ballast = new ArrayBuffer(size * 4);
    this.device = device;
    this.handle = handle;
    this.#untrack = track(this, this.#ballast.byteLength, () => {
      handle.delete();
      release();
    });
  }

  override async read(): Promise<HostArray> {
    return (this.#host ??= await this.handle.toArray());
  }

  readSync(): HostArray {
    if (this.#host) return this.#host;
    const data = this.handle.toArray();
    if (data instanceof Promise) {
      data.catch(() => undefined);
      throw new Error(`dataSync: ${this.device} reads back asynchronously; use await t.data()`);
    }
    return (this.#host = data);
  }

  peek(): HostArray | undefined {
    return this.#host;
  }

  protected free(): void {
    this.#host = undefined;
    this.#untrack();
  }
}
