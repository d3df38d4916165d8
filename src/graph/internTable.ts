import type { Node } from './node.ts';
import { remember } from './remember.ts';

const keyHashes = new Map<string, number>();

/** Returns a hash of a text. */
function hashOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

function mix(key: string, inputs: readonly Node[]): number {
  // There are many nodes and few keys, so the hashes of keys are stored.
  let h = keyHashes.get(key) ?? remember(keyHashes, key, hashOf(key));
  for (const { id } of inputs) {
    h = Math.imul(h ^ id, 0x85ebca6b);
    h ^= h >>> 15;
  }
  return h;
}

// oxlint-disable-next-line unicorn/no-new-array -- Array.from is slower, which small steps notice
const places = (n: number): (Node | undefined)[] => new Array<Node | undefined>(n).fill(undefined);

/**
 * A hash table of nodes by key and inputs. Building a graph spends most of its time here, and a Map
 * with strings as keys would be slower.
 */
export class InternTable {
  #nodes = places(256);
  #size = 0;

  /** Returns the node with this key and these inputs, or else the place where it belongs. */
  find(key: string, inputs: readonly Node[]): Node | number {
    const mask = this.#nodes.length - 1;
    let at = mix(key, inputs) & mask;
    for (let node; (node = this.#nodes[at]); at = (at + 1) & mask)
      if (node.key === key && sameInputs(node.inputs, inputs)) return node;
    return at;
  }

  /** Puts a node at the place that `find` returned, and doubles the table when it is half full. */
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
