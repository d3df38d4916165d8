/** The accuracy on one set of examples, over all attributes. */
export interface Score {
  /** The mean binary cross entropy. */
  readonly loss: number;
  /** The fraction of wrong answers at the threshold ½. */
  readonly error: number;
  /** The F1 score at each threshold, averaged over attributes. */
  readonly f1: readonly number[];
  /** The largest of these. */
  readonly maxF1: number;
  /** The error of always giving each attribute's more frequent answer. */
  readonly chance: number;
}

/** The thresholds of the predicted probability at which F1 is computed. */
export const thresholds = Array.from({ length: 49 }, (_, i) => (i + 1) / 50);

const short = (x: number): number => Number(x.toPrecision(6));

/**
 * Returns the scores of logits [attributes][examples] against labels 0 and 1 of the same shape. F1
 * = 2 TP / (2 TP + FP + FN) for each attribute, and 0 where there are neither positives nor
 * predicted positives.
 */
export function scoreOf(logits: readonly ArrayLike<number>[], labels: readonly ArrayLike<number>[]): Score {
  let [loss, wrong, rarer, count] = [0, 0, 0, 0];
  const f1 = thresholds.map(() => 0);
  const cuts = thresholds.map((t) => Math.log(t / (1 - t)));
  logits.forEach((z, a) => {
    const y = labels[a]!;
    for (let i = 0; i < z.length; i++) {
      const x = z[i]!;
      loss += Math.max(x, 0) - x * y[i]! + Math.log1p(Math.exp(-Math.abs(x)));
      wrong += Number(x > 0 !== y[i]! > 0.5);
    }
    const there = Array.from(y).filter((is) => is > 0.5).length;
    rarer += Math.min(there, z.length - there);
    count += z.length;
    cuts.forEach((cut, t) => {
      let [both, said] = [0, 0];
      for (let i = 0; i < z.length; i++) {
        const [yes, is] = [z[i]! > cut, y[i]! > 0.5];
        both += Number(yes && is);
        said += Number(yes);
      }
      f1[t]! += said + there === 0 ? 0 : (2 * both) / (said + there) / logits.length;
    });
  });
  return {
    loss: short(loss / count),
    error: short(wrong / count),
    f1: f1.map(short),
    maxF1: short(Math.max(...f1)),
    chance: short(rarer / count),
  };
}
