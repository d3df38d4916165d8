import { compile, stack, type Tensor, type Tree } from 'cotangent';
import { batches, type Batch, type Dataset } from 'cotangent/data';
import type { Comparison, Loss, Prediction } from './comparison.ts';

/** A method's scores: the first metric as `error`, and every metric and the mean loss by name. */
export type Score = Readonly<Record<string, number>> & { readonly error: number };

/** Any comparison, whatever its trees and names. */
export type Any = Comparison<Tree, Tree, string, string>;

/** Returns the head and the function of a loss. */
export const headOf = (name: string, loss: Loss<string, string>): Exclude<Loss<string, string>, Prediction<string>> =>
  typeof loss === 'function' ? { head: name, of: loss } : loss;

/** The name of the mean of the losses among the scores. */
export const meanLoss = 'loss';

/** Returns the names of the scores, the one that decides first. */
export const scoreNames = ({ metrics = {} }: Any): string[] => [...Object.keys(metrics), meanLoss];

const size = 256;
const short = (x: number): number => Number(x.toPrecision(7));

/**
 * Returns a tensor that must have a shape. An error or a loss of another one would be broadcast and
 * averaged without a word.
 */
function shaped(what: string, x: Tensor, shape: readonly number[]): Tensor {
  if (String(x.shape) !== String(shape))
    throw new Error(`${what} must have shape [${shape.join(', ')}], got [${x.shape.join(', ')}]`);
  return x;
}

/** The parameters of a network. */
interface Params {
  readonly trunk: Tree;
  readonly heads: Tree;
}

/** Returns the function that scores parameters on a data set; it is traced once for each shape. */
export function scorer(given: Any): (params: Params, set: Dataset) => Promise<Score> {
  const { model, losses, metrics = {} } = given;
  const names = scoreNames(given);
  /** Returns the means of all scores over a batch, [scores]. */
  const ask = compile(((params: Params, batch: Batch) => {
    const h = model.trunk(params.trunk, batch);
    const predictions = Object.fromEntries(
      Object.entries(model.heads).map(([name, head]) => [name, head(params.heads, h)]),
    );
    const parts = Object.entries(losses).map(([name, loss]) => {
      const { head, of } = headOf(name, loss);
      return shaped(`loss '${name}'`, of(predictions[head]!, batch), []);
    });
    const n = Object.values(batch)[0]!.shape[0]!;
    const all = Object.entries(metrics).map(([name, metric]) =>
      shaped(`metric '${name}'`, metric(predictions, batch), [n]).mean(),
    );
    return stack([...all, stack(parts).mean()]);
  }) as unknown as (...args: Tree[]) => Tensor) as unknown as (params: Params, batch: Batch) => Tensor;
  return async (params, set) => {
    const sums = names.map(() => 0);
    for await (const batch of batches(set, { size })) {
      const n = Object.values(batch)[0]!.shape[0]!;
      const means = await ask(params, batch).data();
      names.forEach((_, i) => (sums[i]! += means[i]! * n));
    }
    const means = sums.map((s) => short(s / set.size));
    return { error: means[0]!, ...Object.fromEntries(names.map((name, i) => [name, means[i]!])) };
  };
}
