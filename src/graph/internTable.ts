import type { Node } from './node.ts';
import { remember } from './remember.ts';

const keyHashes = new Map<string, number>();

/** A hash of a text. */
function hashOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

function mix(key: string, inputs: readonly Node[]): number {
  // Nodes are many and keys few, so the hashes are kept.
  let h = keyHashes.get(key) ?? remember(keyHashes, key, hashOf(key));
  for (const { id } of inputs) {
    h = Math.imul(h ^ id, 0x85ebca6b);
    h ^= h >>> 15;
  }
  return h;
}

// oxlint-disable-next-line unicorn/no-new-array -- Array.from is a tenth of a small step's time (W7 of the benchmark)
const places = (n: number): (Node | undefined)[] => new Array<Node | undefined>(n).fill(undefined);

/**
 * Nodes by key and inputs. A Map of strings would take three times as long, and building a graph is
 * mostly this.
 */
export class InternTable {
  #nodes = places(256);
  #size = 0;

  /** The node that is like this, or where it belongs. */
  find(key: string, inputs: readonly Node[]): Node | number {
    const mask = this.#nodes.length - 1;
    let at = mix(key, inputs) & mask;
    for (let node; (node = this.#nodes[at]); at = (at + 1) & mask)
      if (node.key === key && sameInputs(node.inputs, inputs)) return node;
    return at;
  }

  /** Puts a node where `find` has said. */
  add(node: Node, at: number): void {
    this.#nodes[at] = node;
    if (2 * ++this.#size <= this.#nodes.length) return;
    const old = this.#nodes;
    this.#nodes = places(2 * old.length);
    for (const n of old) if (n) this.#nodes[this.find(n.key, n.inputs) as number] = n;
  }
}

function sameInputs(a: readonly Node[], b: readonly Node[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
