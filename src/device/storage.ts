import { sizeOf, type HostArray, type Node, type Shape, type Value } from '../graph/node.ts';
import { show } from '../graph/shape.ts';
import { device } from './current.ts';
import { track } from './memory.ts';

/** The numbers of a node: on the host, on a GPU, or on their way. */
export interface Storage extends Value {
  /** The numbers; not to be changed. */
  read(): Promise<HostArray>;
  /** As `read`, at once; an error where the numbers are not on the host. */
  readSync(): HostArray;
  /** The numbers if they are on the host already. */
  peek(): HostArray | undefined;
  /** The storage itself once its numbers are there. */
  settled(): Promise<SettledStorage>;
}

/** What a GPU device holds of a storage; `free` gives it back. */
export interface Resident {
  readonly device: string;
  readonly handle: unknown;
  free(): void;
}

export interface SettledStorage extends Storage {
  resident?: Resident;
}

export class HostStorage implements SettledStorage {
  readonly device: string;
  readonly bytes: number;
  resident?: Resident;
  #data: HostArray | undefined;
  readonly #free: () => void;

  constructor(data: HostArray, on: string = device()) {
    this.#data = data;
    this.device = on;
    this.bytes = data.byteLength;
    this.#free = track(this, this.bytes);
  }

  get disposed(): boolean {
    return this.#data === undefined;
  }

  readSync(): HostArray {
    if (!this.#data) throw new Error('data: the tensor has been disposed');
    return this.#data;
  }

  async read(): Promise<HostArray> {
    return this.readSync();
  }

  peek(): HostArray | undefined {
    return this.#data;
  }

  async settled(): Promise<SettledStorage> {
    return this;
  }

  dispose(): void {
    this.#data = undefined;
    this.resident?.free();
    delete this.resident;
    this.#free();
  }
}

/** Values that a running plan will bring; an error of the run appears where they are read. */
export class PendingStorage implements Storage {
  readonly device: string;
  readonly bytes: number;
  #settled: SettledStorage | undefined;
  #disposed = false;
  readonly #arriving: Promise<SettledStorage>;

  constructor(arriving: Promise<SettledStorage>, shape: Shape) {
    this.device = device();
    this.bytes = sizeOf(shape) * (this.device === 'reference' ? 8 : 4);
    this.#arriving = arriving.then((s) => {
      this.#settled = s;
      if (this.#disposed) s.dispose();
      return s;
    });
    // Whoever reads is told of a failure; nobody else need be.
    this.#arriving.catch(() => undefined);
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  settled(): Promise<SettledStorage> {
    return this.#arriving;
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
    this.#disposed = true;
    this.#settled?.dispose();
  }
}

/** The storage of a node that has a value. */
export function storageOf(node: Node): Storage {
  const value = node.value as Storage | undefined;
  if (!value)
    throw new Error(`data: a tensor of shape ${show(node.shape)} stands for an argument of a traced function and has no numbers`);
  if (value.disposed) throw new Error(`data: a tensor of shape ${show(node.shape)} that is needed has been disposed`);
  return value;
}

/** A value that holds `data` on the host. */
storageOf.host = (data: HostArray): Storage => new HostStorage(data);
