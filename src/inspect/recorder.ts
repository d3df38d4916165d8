import { elementwise } from '../../kernels/elementwise.ts';
import { stage, type Node } from '../graph/node.ts';
import { observe, type Observer } from '../graph/observe.ts';
import { labelOf } from './printGraph.ts';
import { expressionOf } from '../graph/scalar.ts';
import { nodesBelow } from '../graph/walk.ts';
import { depth } from '../tensor/transforms/trace.ts';
import { attrsOf } from './attrs.ts';
import { inputNames, printExpr } from './printExpr.ts';
import { positionNow } from './position.ts';
import { nameOfRewrite, textOfNode, textOfRequest } from './rewriteText.ts';
import { isLeaf, type Leaves } from './leaves.ts';
import type { Position, Read, Rewrite, Sweep, TracedNode, Visit } from './trace.ts';

/** A visit that has begun. `depth` is the number of traces that were open then. */
interface Open {
  readonly sweep: number;
  readonly node: number;
  readonly terms: readonly number[];
  readonly depth: number;
}

/** A node as it was made. `realize` may cut the node itself off from its inputs later. */
export interface Recorded {
  readonly node: Node;
  readonly inputs: readonly number[];
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Returns the partial derivatives of an elementwise node as text. */
function partialsOf(y: Node): readonly (string | null)[] | undefined {
  if (y.op !== 'elementwise') return undefined;
  const { arity, partials } = elementwise[y.attrs.name];
  const names = [...inputNames(arity), 'y'];
  return partials.map((f) => f && printExpr(expressionOf(f), names));
}

/** What a recording has seen so far. */
export class Recorder implements Observer {
  readonly nodes: Writable<TracedNode>[] = [];
  readonly recorded: Recorded[] = [];
  readonly sweeps: (Omit<Sweep, 'visits'> & { readonly visits: Visit[] })[] = [];
  readonly rewrites: Rewrite[] = [];
  readonly reads: Read[] = [];
  truncated: string | undefined;
  readonly #most: number;
  readonly #isProgram: (file: string) => boolean;
  readonly #leaves: Leaves;
  readonly #ids = new Map<Node, number>();
  readonly #sweepOf = new WeakMap<object, number>();
  #open: Open[] = [];
  #name = '';

  constructor(most: number, isProgram: (file: string) => boolean, leaves: Leaves) {
    this.#most = most;
    this.#isProgram = isProgram;
    this.#leaves = leaves;
  }

  /** The visit that nodes belong to now. An error may have ended visits without `leave`. */
  #visit(): Open | undefined {
    while (this.#open.length > 0 && this.#open.at(-1)!.depth > depth) this.#open.pop();
    return this.#open.at(-1);
  }

  #position(): Position | undefined {
    const visit = this.#visit();
    return visit ? this.nodes[visit.node]!.position : positionNow(this.#isProgram);
  }

  #add(node: Node, inputs: readonly Node[], made: Pick<TracedNode, 'position' | 'sweep' | 'of'>): number {
    const known = this.#ids.get(node);
    if (known !== undefined) return known;
    const id = this.nodes.length;
    if (id >= this.#most) {
      this.truncated ??= `the program made more than ${this.#most} nodes; the trace has the first ones, and the program ran on unobserved`;
      observe(undefined);
      throw new Full();
    }
    const ids = inputs.map((x) => this.#ids.get(x)!);
    this.#ids.set(node, id);
    this.recorded.push({ node, inputs: ids });
    const name = node.op === 'constant' ? 'constant' : labelOf(node)[0];
    this.nodes.push({ id, name, op: node.op, inputs: ids, shape: [...node.shape], attrs: attrsOf(node), ...made });
    if (isLeaf(node, inputs)) this.#leaves.note(node, id);
    return id;
  }

  /** Returns the id of a node. One that is older than the recording is added with what it needs. */
  #idOf(node: Node): number {
    const known = this.#ids.get(node);
    if (known !== undefined) return known;
    const missing = [...nodesBelow([node], (n) => this.#ids.has(n))].filter((n) => !this.#ids.has(n));
    missing.sort((a, b) => a.id - b.id).forEach((n) => this.#add(n, n.inputs, {}));
    return this.#ids.get(node)!;
  }

  /** Runs the body of an event, unless the recording is full. */
  #event(body: () => void): void {
    try {
      body();
    } catch (error) {
      if (!(error instanceof Full)) throw error;
    }
  }

  made(node: Node, op: Node['op'], inputs: readonly Node[], attrs: object): void {
    const isAsked =
      node.op === op && node.inputs.length === inputs.length && inputs.every((x, i) => x === node.inputs[i]);
    if (!isAsked && this.rewrites.length < this.#most)
      this.rewrites.push({
        pass: stage() === 'building' ? 'build' : 'simplify',
        rule: op === 'elementwise' ? (attrs as { readonly name: string }).name : op,
        before: textOfRequest(op, inputs, attrs),
        after: textOfNode(node),
      });
    if (stage() === 'execution' || this.#ids.has(node)) return;
    this.#event(() => {
      this.#leaves.copy();
      inputs.forEach((x) => this.#idOf(x));
      const visit = this.#visit();
      const position = this.#position();
      this.#add(node, node.inputs, {
        ...(position && { position }),
        ...(visit && { sweep: visit.sweep, of: visit.node }),
      });
    });
  }

  mapped(): void {}

  rewrote(rule: object, before: Node, after: Node | undefined): void {
    if (after && this.rewrites.length < this.#most)
      this.rewrites.push({
        pass: 'lower',
        rule: nameOfRewrite(rule),
        before: textOfNode(before, true),
        after: textOfNode(after, true),
      });
  }

  began(sweep: object, mode: Sweep['mode'], outputs: readonly Node[], inputs: readonly Node[]): void {
    this.#event(() => {
      const visit = this.#visit();
      const within = visit && this.recorded[visit.node]!.node;
      const position = this.#position();
      this.#sweepOf.set(sweep, this.sweeps.length);
      this.sweeps.push({
        mode,
        transformation: within ? (within.op === 'custom' ? within.attrs.name : within.op) : this.#name,
        ...(position && { position }),
        ...(visit && { inside: visit.sweep }),
        outputs: outputs.map((y) => this.#idOf(y)),
        inputs: inputs.map((x) => this.#idOf(x)),
        visits: [],
      });
    });
  }

  enter(sweep: object, y: Node, terms: readonly (Node | null)[]): void {
    this.#event(() => {
      const ids = terms.filter((t) => t !== null).map((t) => this.#idOf(t));
      const known = this.#sweepOf.get(sweep);
      if (known !== undefined) this.#open.push({ sweep: known, node: this.#idOf(y), terms: ids, depth });
    });
  }

  leave(result: Node | null, shares: readonly (Node | null)[]): void {
    this.#event(() => {
      const visit = this.#visit();
      if (!visit) return;
      const sent = shares.map((s) => s && this.#idOf(s));
      const cotangent = result && this.#idOf(result);
      this.#open.pop();
      if (cotangent === null) return;
      const { sweep, node, terms } = visit;
      const partials = partialsOf(this.recorded[node]!.node);
      this.sweeps[sweep]!.visits.push({ node, terms, cotangent, shares: sent, ...(partials && { partials }) });
    });
  }

  named(name: string): void {
    this.#name = name;
  }

  called(leaves: readonly Node[], inputs: readonly Node[]): void {
    this.#event(() => {
      leaves.forEach((leaf, i) => this.#leaves.standsFor(this.#idOf(leaf), inputs[i]!, this.#idOf(inputs[i]!)));
    });
  }

  read(nodes: readonly Node[]): void {
    this.#event(() => {
      const position = this.#position();
      for (const node of nodes) this.reads.push({ node: this.#idOf(node), ...(position && { position }) });
    });
  }
}

/** Thrown within an event when the recording has as many nodes as it may. */
class Full extends Error {}
