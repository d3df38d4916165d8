import type { HostArray, Node, Value } from '../graph/node.ts';
import { show } from '../graph/shape.ts';
import { device } from './current.ts';
import { track } from './memory.ts';

/** A storage holds the elements of a node: on the host, on a GPU, or on their way. */
export interface Storage extends Value {
  /** Gives the elements, which must not be changed. */
  read(): Promise<HostArray>;
  /** Does as `read`, at once; throws if the elements cannot be had at once. */
  readSync(): HostArray;
  /** Gives the elements if they are on the host already; they must not be changed. */
  peek(): HostArray | undefined;
  /** Gives the storage itself once its elements are there: at once if they are. */
  settled(): SettledStorage | Promise<SettledStorage>;
}

/** A device holds this of a storage that was made elsewhere; `free` gives it back. */
interface Resident {
  readonly device: string;
  readonly handle: unknown;
  readonly free: () => void;
}

/**
 * The elements of such a storage are there. They are freed once it is disposed and no run holds it.
 */
export abstract class SettledStorage implements Storage {
  abstract readonly device: string;
  #resident: Resident | undefined;
  readonly #left: Resident[] = [];
  #holds = 0;
  disposed = false;

  abstract readSync(): HostArray;
  abstract peek(): HostArray | undefined;
  protected abstract free(): void;

  async read(): Promise<HostArray> {
    return this.readSync();
  }

  /** Gives elements that the caller may keep and change. */
  async copy(): Promise<HostArray> {
    return (await this.read()).slice();
  }

  get resident(): Resident | undefined {
    return this.#resident;
  }

  /**
   * Notes that the elements are on another device as well; the place before is given back as soon
   * as no run may read it.
   */
  moveTo(resident: Resident): void {
    if (this.#resident) this.#left.push(this.#resident);
    this.#resident = resident;
    this.#leave();
  }

  #leave(): void {
    if (this.#holds > 0) return;
    for (const { free } of this.#left.splice(0)) free();
  }

  settled(): SettledStorage {
    return this;
  }

  /** Keeps the elements and their places until the function it returns is called. */
  hold(): () => void {
    this.#holds++;
    return () => {
      this.#holds--;
      this.#leave();
      this.#freeIfDone();
    };
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.#freeIfDone();
  }

  #freeIfDone(): void {
    if (!this.disposed || this.#holds > 0) return;
    this.#resident?.free();
    this.#resident = undefined;
    this.free();
  }
}

export class HostStorage extends SettledStorage {
  readonly device: string;
  #data: HostArray | undefined;
  readonly #untrack: () => void;

  constructor(data: HostArray, on: string = device()) {
    super();
    this.#data = data;
    this.device = on;
    this.#untrack = track(this, data.byteLength);
  }

  readSync(): HostArray {
    if (!this.#data) throw new Error('data: the tensor has been disposed');
    return this.#data;
  }

  peek(): HostArray | undefined {
    return this.#data;
  }

  protected free(): void {
    this.#data = undefined;
    this.#untrack();
  }
}

/** A running plan will bring these values; an error of the run appears where they are read. */
export class PendingStorage implements Storage {
  readonly device: string = device();
  #settled: SettledStorage | undefined;
  disposed = false;
  readonly #arriving: Promise<SettledStorage>;

  constructor(arriving: Promise<SettledStorage>) {
    this.#arriving = arriving.then((s) => {
      this.#settled = s;
      if (this.disposed) s.dispose();
      return s;
    });
    // Whoever reads is told of a failure; nobody else need be.
    this.#arriving.catch(() => undefined);
  }

  settled(): SettledStorage | Promise<SettledStorage> {
    return this.#settled ?? this.#arriving;
  }

  async read(): Promise<HostArray> {
    return (await this.#arriving).read();
  }

  readSync(): HostArray {
    if (!this.#settled) throw new Error('dataSync: the value is still being computed; use await t.data()');
    return this.#settled.readSync();
  }

  peek(): HostArray | undefined {
    return this.#settled?.peek();
  }

  dispose(): void {
    this.disposed = true;
    this.#settled?.dispose();
  }
}

/** Returns the storage of a node; throws if the node has no value or it was disposed. */
export function storageOf(node: Node): Storage {
  const value = node.value as Storage | undefined;
  if (!value)
    throw new Error(
      `data: a tensor of shape ${show(node.shape)} stands for an argument of a traced function and has no numbers`,
    );
  if (value.disposed) throw new Error(`data: a tensor of shape ${show(node.shape)} that is needed has been disposed`);
  return value;
}
