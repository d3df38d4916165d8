import type { Node } from '../graph/node.ts';
import type { Code, Fold, KernelCode } from '../kernel/code.ts';
import { observing } from './observing.ts';

/** Follows nodes to the code that computes them, and code to the variables that hold it. */
export interface WatchedCode {
  /** Calls f, which compiles a graph of the nodes, and watches. */
  watching<T>(f: () => T): T;
  /**
   * Returns the variables that the computation of each node sets, by the node's place; `return`
   * stands for the result. `print` prints the code, if nothing has been printed yet.
   */
  variablesOf(code: KernelCode, print: () => string): Record<number, readonly string[]>;
}

/** Watches how the kernels of a graph are made from its nodes. */
export function watchCode(nodes: readonly Node[]): WatchedCode {
  const passes: ReadonlyMap<Node, Node>[] = [];
  const codes = new Map<Node, Set<Code>>();
  const names = new Map<object, string>();
  const events = {
    mapped: (done: ReadonlyMap<Node, Node>): void => void passes.push(done),
    coded: (node: Node, code: object): void => {
      if (!codes.has(node)) codes.set(node, new Set());
      codes.get(node)!.add(code as Code);
    },
    wrote: (code: object, variable: string): void => void names.set(code, variable),
  };
  const nameOf = (code: Code): string | undefined => names.get(code.kind === 'fold' ? code.fold : code);

  /** Returns the variables whose statements contain each code. */
  function holdersOf({ results }: KernelCode): ReadonlyMap<Code, ReadonlySet<string>> {
    const holders = new Map<Code, Set<string>>();
    const visit = (code: Code, within: string): void => {
      const holder = nameOf(code) ?? within;
      const known = holders.get(code);
      if (known?.has(holder)) return;
      holders.set(code, (known ?? new Set()).add(holder));
      partsOf(code).forEach((part) => visit(part, holder));
    };
    results.forEach((code) => visit(code, 'return'));
    return holders;
  }

  return {
    watching: (f) => observing(events, f),
    variablesOf(code, print) {
      if (![...holdersOf(code).values()].some((set) => [...set].some((name) => name !== 'return')))
        observing(events, print);
      const holders = holdersOf(code);
      const found: Record<number, readonly string[]> = {};
      nodes.forEach((node, i) => {
        const last = passes.reduce((n, done) => done.get(n) ?? n, node);
        const own = [...(codes.get(last) ?? [])].filter((c) => holders.has(c));
        if (own.length === 0) return;
        const inputs = new Set(last.inputs.flatMap((x) => [...(codes.get(x) ?? [])]));
        const variables = new Set<string>();
        const seen = new Set<Code>();
        const visit = (c: Code): void => {
          if (seen.has(c) || (inputs.has(c) && !own.includes(c))) return;
          seen.add(c);
          holders.get(c)?.forEach((name) => variables.add(name));
          if (c.kind === 'call' || c.kind === 'fold') partsOf(c).forEach((part) => part.kind !== 'read' && visit(part));
        };
        own.forEach(visit);
        found[i] = [...variables];
      });
      return found;
    },
  };
}

const partsOf = (code: Code): readonly Code[] =>
  code.kind === 'call' ? code.args : code.kind === 'fold' ? [(code.fold satisfies Fold).value] : [];
