import type { Node } from './node.ts';

/**
 * What the engine tells whoever records a program. `sweep` identifies a sweep: one and the same
 * object in all of its events. Nodes made between `enter` and `leave` belong to the visit of y.
 */
export interface Observer {
  /** A builder asked for an operation on inputs and got `node`: a new node, or a simpler one. */
  made(node: Node, op: Node['op'], inputs: readonly Node[], attrs: object): void;
  /** A pass has put `done.get(n)` in the place of each node n. */
  mapped(done: ReadonlyMap<Node, Node>): unknown;
  /** A rule tried to rewrite a node before planning. */
  rewrote(rule: object, before: Node, after: Node | undefined): void;
  began(sweep: object, mode: 'reverse' | 'forward' | 'vmap', outputs: readonly Node[], inputs: readonly Node[]): void;
  enter(sweep: object, y: Node, terms: readonly (Node | null)[]): void;
  /** The sum of the terms, or in other modes the result, and what the rule sends to y's inputs. */
  leave(result: Node | null, shares: readonly (Node | null)[]): void;
  /** The user's function that an operand was given to. */
  named(name: string): void;
  /** The program calls what it compiled: `leaves` stand for `inputs`. */
  called(leaves: readonly Node[], inputs: readonly Node[]): void;
  /** The program reads these nodes. */
  read(nodes: readonly Node[]): void;
  /** A kernel computes one element of a node by this code; and a variable of it holds a code. */
  coded?(node: Node, code: object): void;
  wrote?(code: object, variable: string): void;
}

/** Whoever records now. While nobody does, each event costs one look at this variable. */
export let observer: Partial<Observer> | undefined;

/** Makes `next` the observer; undefined ends the observation. */
export const observe = (next: typeof observer): void => void (observer = next);
