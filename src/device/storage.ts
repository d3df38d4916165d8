import type { HostArray, Node, Value } from '../graph/node.ts';
import { show } from '../graph/shape.ts';
import { device } from './current.ts';
import { track } from './memory.ts';

/**
 * Holds the elements of a node: on the host, on a GPU, or once a running plan has computed them.
 */
export interface Storage extends Value {
  /** Returns the elements, which must not be changed. */
  read(): Promise<HostArray>;
  /** Does the same as `read`, but synchronously. Throws if that is impossible. */
  readSync(): HostArray;
  /**
   * Returns the elements if they are on the host already, else undefined. They must not be changed.
   */
  peek(): HostArray | undefined;
  /** Returns a storage that has its elements, at once if this one has them. */
  settled(): SettledStorage | Promise<SettledStorage>;
}

/** A copy of a storage's elements on another device; `free` frees it. */
interface Resident {
  readonly device: string;
  readonly handle: unknown;
  readonly free: () => void;
}

/** A storage whose elements exist. They are freed once it is disposed of and no run holds it. */
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

  /** Returns elements that the caller may keep and change. */
  async copy(): Promise<HostArray> {
    return (await this.read()).slice();
  }

  get resident(): Resident | undefined {
    return this.#resident;
  }

  /**
   * Records a copy of the elements on another device. The previous copy is freed as soon as no run
   * may read it.
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

  /** Keeps the elements and their copies until the returned function is called. */
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

/** A storage whose elements are a typed array on the host. */
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

/**
 * A storage whose elements a running plan will bring. If the run fails, reading them throws the
 * error.
 */
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
    // A reader receives the error. If there is none, it must not count as an unhandled rejection.
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

/** Returns the storage of a node. Throws if the node has no value or its value was disposed of. */
export function storageOf(node: Node): Storage {
  const value = node.value as Storage | undefined;
  if (!value)
    throw new Error(
      `data: a tensor of shape ${show(node.shape)} stands for an argument of a traced function and has no numbers`,
    );
  if (value.disposed) throw new Error(`data: a tensor of shape ${show(node.shape)} that is needed has been disposed`);
  return value;
}
