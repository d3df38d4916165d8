import type { Node, NodeOf, Op } from '../../graph/node.ts';
import type { Traits } from '../plan.ts';

/** What a rewrite may know of the graph and of the device. */
export interface Context extends Required<Pick<Traits, 'mostInputs' | 'vec4' | 'splitK'>> {
  /** Whether a node has a value already. */
  readonly isData: (node: Node) => boolean;
  /** Whether no other node reads the first input. */
  readonly readsAlone: boolean;
}

/** Gives a node that has the same value and is cheaper to execute, or nothing. */
export type Rewrite<O extends Op> = (node: NodeOf<O>, context: Context) => Node | undefined;
