import type { HostArray, Node, Value } from '../graph/node.ts';
import { show } from '../graph/shape.ts';
import { device } from './current.ts';
import { track } from './memory.ts';

/** The numbers of a node: on the host, on a GPU, or on their way. */
export interface Storage extends Value {
  /** The numbers; not to be changed. */
  read(): Promise<HostArray>;
  /** As `read`, at once; an error where the numbers are not on the host. */
  readSync(): HostArray;
  /** The numbers if they are on the host already; not to be changed. */
  peek(): HostArray | undefined;
  /** The numbers for whoever asks to keep and change. */
  copy(): HostArray | Promise<HostArray>;
  /** The storage itself once its numbers are there, at once if they are. */
  settled(): SettledStorage | Promise<SettledStorage>;
}

/** What a GPU device holds of a storage; `free` gives it back. */
interface Resident {
  readonly device: string;
  readonly handle: unknown;
  readonly free: () => void;
}

/** Numbers that are there, freed when they are disposed and no run holds them. */
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

  async copy(): Promise<HostArray> {
    return (await this.read()).slice();
  }

  get resident(): Resident | undefined {
    return this.#resident;
  }

  /**
   * Has the numbers on another device as well; the place before is given back as soon as no run may
   * read it.
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

  /** Keeps the numbers and their places for a run; call what it returns when done. */
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

/** Values that a running plan will bring; an error of the run appears where they are read. */
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

  copy(): HostArray | Promise<HostArray> {
    return this.#settled ? this.#settled.copy() : this.#arriving.then((s) => s.copy());
  }

  dispose(): void {
    this.disposed = true;
    this.#settled?.dispose();
  }
}

/** The storage of a node that has a value. */
export function storageOf(node: Node): Storage {
  const value = node.value as Storage | undefined;
  if (!value)
    throw new Error(
      `data: a tensor of shape ${show(node.shape)} stands for an argument of a traced function and has no numbers`,
    );
  if (value.disposed) throw new Error(`data: a tensor of shape ${show(node.shape)} that is needed has been disposed`);
  return value;
}
