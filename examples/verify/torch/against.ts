import { grad, jvp, printGraph, tensor, type Tensor } from 'cotangent';
import { toData, type DataNode } from 'cotangent/inspect';
import { programs, type Program } from 'cotangent/testing';
import fc from 'fast-check';
import { toBase64 } from './base64.ts';
import { startTorch, type Answer, type Torch } from './torch.ts';

/** What was compared, and the first disagreement, shrunk. */
export interface Comparison {
  readonly version: string;
  programs: number;
  /**
   * How many more are NaN in PyTorch and finite here, such as derivatives of `hypot` at (0, 0).
   */
  nan: number;
  /** The numbers that were compared, by what they are. */
  readonly numbers: Record<keyof Answer, number>;
  problem?: string;
}

/** Steps whose backward pass is no derivative, so that nothing can be compared. */
const merging: ReadonlySet<string> = new Set(['meanLanes', 'constant', 'gradDrop']);

/**
 * Returns the part of a program that PyTorch can compute: the steps before the first of those that
 * merge. Draws are data, since generators of random numbers differ.
 */
async function comparable(program: Program): Promise<Program> {
  const first = program.findIndex(({ name }) => merging.has(name));
  const steps = program.slice(0, first < 0 ? program.length : first).map(async (step) => {
    if (step.name !== 'uniform') return step;
    const draws = step.run();
    const numbers = Float64Array.from(await draws.data());
    return { ...step, name: 'data', run: () => tensor(numbers, { shape: draws.shape }) };
  });
  return Promise.all(steps);
}

/** Numbers from −1 to 1 in the shape of a tensor, which float32 holds exactly. */
const weights = (like: Tensor, phase: number): Tensor =>
  tensor(
    Float64Array.from({ length: like.size }, (_, i) => Math.round(64 * Math.cos(i + phase)) / 64),
    { shape: like.shape },
  );

/** A program as a function of its data, with example arguments. */
function functionOf(program: Program): { readonly f: (...xs: Tensor[]) => Tensor[]; readonly xs: Tensor[] } {
  const read = new Set(program.flatMap(({ inputs }) => inputs));
  const f = (...xs: Tensor[]): Tensor[] => {
    const made: Tensor[] = [];
    let given = 0;
    for (const { name, inputs, run } of program)
      made.push(name === 'data' ? xs[given++]! : run(...inputs.map((i) => made[i]!)));
    return made.filter((_, i) => !read.has(i));
  };
  return { f, xs: program.filter(({ name }) => name === 'data').map(({ run }) => run()) };
}

const data = async (ts: readonly Tensor[]): Promise<Float64Array[]> =>
  Promise.all(ts.map(async (t) => Float64Array.from(await t.data())));

/**
 * Returns a graph in which operations with a rule of their own, such as norm, are differentiated as
 * what they are made of: they compute it from constant copies of their inputs, which are no longer
 * constants here.
 */
function opened(nodes: readonly DataNode[]): DataNode[] {
  const copies = new Set<number>();
  for (const { op, inputs } of nodes) {
    const [value, ...xs] = inputs;
    if (op !== 'custom') continue;
    const visited = new Set<number>();
    const visit = (i: number): void => {
      if (visited.has(i) || xs.includes(i)) return;
      visited.add(i);
      const node = nodes[i]!;
      if (node.op === 'stopGradient' && xs.includes(node.inputs[0]!)) copies.add(i);
      else node.inputs.forEach(visit);
    };
    visit(value!);
  }
  return nodes.map((node, i) => (copies.has(i) ? { ...node, op: 'argument' } : node));
}

/** Returns the elements of a node that has them. */
const elements = ({ op, attrs, data }: DataNode): Float64Array | undefined =>
  op === 'constant' ? Float64Array.of(attrs.value as number) : data && Float64Array.from(data);

/** A graph as a line of JSON can hold it: elements are base64 of float64. */
async function asText(f: (...xs: Tensor[]) => Tensor[], xs: readonly Tensor[]): Promise<object> {
  const graph = await toData([...f(...xs), ...xs]);
  const nodes = opened(graph.nodes).map((n) => {
    const numbers = elements(n);
    return numbers ? { ...n, data: toBase64(numbers) } : n;
  });
  return { ...graph, nodes };
}

/**
 * Says whether two numbers are the same but for their last digits. Both are computed in float64, in
 * programs of moderate size and condition.
 */
const same = (a: number, b: number): boolean =>
  a === b || (Number.isNaN(a) && Number.isNaN(b)) || Math.abs(a - b) <= 1e-8 * (1 + Math.abs(b));

/** Prints a program's graph and the numbers of its data. */
function printed(ys: readonly Tensor[], xs: readonly Tensor[]): string {
  const numbers = (x: Tensor): string => [...(x.dataSync() as Float64Array)].slice(0, 40).join(', ');
  const lines = xs.map((x) => `[${numbers(x)}] has shape [${x.shape.join(', ')}]`);
  return [printGraph([...ys]), ...lines].join('\n');
}

/** Compares one program, and counts. Throws an error that shows the program if they differ. */
async function compareOne(program: Program, torch: Torch, found: Comparison): Promise<void> {
  const { f, xs } = functionOf(program);
  const ys = f(...xs);
  const [cotangents, tangents] = [ys.map((y) => weights(y, 1)), xs.map((x) => weights(x, 2))];
  const total = (...args: Tensor[]): Tensor =>
    f(...args)
      .map((y, i) => y.mul(cotangents[i]!).sum())
      .reduce((a, b) => a.add(b));
  const gradient = grad(total, { argnums: xs.map((_, i) => i) }) as unknown as (...args: Tensor[]) => Tensor[];
  const ours: Record<keyof Answer, readonly Tensor[]> = {
    value: ys,
    grad: gradient(...xs),
    jvp: jvp(f, xs, tangents)[1],
    hvp: jvp(gradient, xs, tangents)[1],
  };
  const asked = {
    graph: await asText(f, xs),
    cotangents: (await data(cotangents)).map(toBase64),
    tangents: (await data(tangents)).map(toBase64),
  };
  const theirs = await torch.ask(asked).catch((error: Error) => {
    throw new Error(`${error.message}\n${printed(ys, xs)}`, { cause: error });
  });
  if (!theirs) return;
  found.programs += 1;
  for (const what of ['value', 'grad', 'jvp', 'hvp'] as const)
    for (const [i, array] of (await data(ours[what])).entries()) {
      const other = theirs[what][i]!;
      const isMissing = (x: number, at: number): boolean => Number.isNaN(other[at]) && Number.isFinite(x);
      found.numbers[what] += array.length;
      found.nan += array.filter(isMissing).length;
      const at = array.findIndex((x, j) => !same(x, other[j] ?? Infinity) && !isMissing(x, j));
      if (at < 0) continue;
      const where = `${what} ${i}, element ${at}: cotangent has ${array[at]}, PyTorch has ${other[at]}`;
      throw new Error(`${where}\n${printed(ys, xs)}`);
    }
}

/**
 * Compares random programs with PyTorch in float64: their values, the gradient of a weighted sum of
 * their results, the derivatives of the results along a direction, and those of the gradient. The
 * device must be `reference`. Rejects with a usage error if PyTorch is not installed.
 */
export async function againstTorch(
  { runs, seed }: { readonly runs: number; readonly seed: number },
  onProgram: (done: number) => void = () => undefined,
): Promise<Comparison> {
  const torch = await startTorch();
  const numbers = { value: 0, grad: 0, jvp: 0, hvp: 0 };
  const found: Comparison = { version: torch.version, programs: 0, nan: 0, numbers };
  const property = fc.asyncProperty(programs(), async (program) => {
    onProgram(found.programs);
    await compareOne(await comparable(program), torch, found);
  });
  try {
    const { failed, errorInstance, seed: used, counterexamplePath } = await fc.check(property, { numRuns: runs, seed });
    if (failed) found.problem = `${(errorInstance as Error).message}\nseed ${used}, path ${counterexamplePath}`;
    return found;
  } finally {
    torch.end();
  }
}
