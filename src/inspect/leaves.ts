import { storageOf } from '../device/storage.ts';
import type { HostArray, Node } from '../graph/node.ts';

/**
 * Tells whether a node's elements come from outside of the graph, as data do and what `realize` has
 * cut off.
 */
export const isLeaf = (node: Node, inputs: readonly unknown[]): boolean =>
  inputs.length === 0 && node.op !== 'constant' && node.op !== 'iota';

/** The elements of leaves, copied when the program made or first used them. */
export class Leaves {
  readonly #data = new Map<number, HostArray | Promise<HostArray | undefined>>();
  readonly #late: (readonly [Node, number])[] = [];
  readonly #stands = new Map<number, number>();

  /** Notes a leaf. Its elements may come later in the same call, so they are not read yet. */
  note(node: Node, id: number): void {
    this.#late.push([node, id]);
  }

  /** Copies the elements of the leaves that have them by now. */
  copy(): void {
    for (const [node, id] of this.#late.splice(0)) this.read(node, id);
  }

  /** Copies the elements that a node has, if any. Computes nothing. */
  read(node: Node, id: number): void {
    if (!node.value || node.value.disposed) return;
    const storage = storageOf(node);
    const host = storage.peek();
    const later = async (): Promise<HostArray | undefined> => {
      try {
        return (await storage.read()).slice();
      } catch {
        return undefined; // It was disposed of before its elements arrived.
      }
    };
    this.#data.set(id, host ? host.slice() : later());
  }

  /**
   * Notes that a placeholder stands for a node in a call of a compiled function. The first call
   * counts.
   */
  standsFor(placeholder: number, node: Node, id: number): void {
    if (this.#data.has(placeholder) || this.#stands.has(placeholder)) return;
    if (node.value) this.read(node, placeholder);
    else if (id < placeholder) this.#stands.set(placeholder, id);
  }

  /** Returns the node that a placeholder stands for, or the node itself. */
  behind(id: number): number {
    return this.#stands.get(id) ?? id;
  }

  /** Returns the elements of a leaf, or undefined if it has none. */
  async of(id: number): Promise<HostArray | undefined> {
    return this.#data.get(id);
  }
}
