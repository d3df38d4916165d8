import type { Node, NodeOf, Op } from '../../graph/node.ts';
import type { Traits } from '../plan.ts';

/** The facts about the graph and the device that a rewrite may use. */
export interface Context extends Traits {
  /** Tells whether a node has a value already. */
  readonly isData: (node: Node) => boolean;
  /** True if no other node reads the node's first input. */
  readonly readsAlone: boolean;
}

/** Returns a node that has the same value and is cheaper to execute, or undefined. */
export type Rewrite<O extends Op> = (node: NodeOf<O>, context: Context) => Node | undefined;
