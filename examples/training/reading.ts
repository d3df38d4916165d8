import type { LanesReport } from 'cotangent';

/** Statistics of the lanes' gradients in one step. */
export interface Reading {
  readonly step: number;
  /** The fraction of the nonzero elements that the masks keep. */
  readonly share: number;
  /** The number of positions whose purity lies in each tenth of [0, 1]. */
  readonly purities: readonly number[];
  /** ‖g_i‖ of each lane. */
  readonly norms: readonly number[];
  /** The mean cosine of two different lanes, and the fraction of pairs with a negative one. */
  readonly cosine: number;
  readonly conflicting: number;
}

const short = (x: number): number => Number(x.toPrecision(4));

/** Returns the reading of a step from its report. */
export async function readingOf(step: number, report: LanesReport): Promise<Reading> {
  const [purity, share, norms, cosines] = await Promise.all(
    [report.purity, report.share, report.norms, report.cosines].map((t) => t.data()),
  );
  const purities = Array.from({ length: 10 }, () => 0);
  for (const p of purity!) purities[Math.min(9, Math.floor(10 * p))]! += 1;
  const lanes = norms!.length;
  const pairs = Array.from(cosines!).filter((_, at) => Math.floor(at / lanes) < at % lanes);
  return {
    step,
    share: short(share![0]!),
    purities,
    norms: Array.from(norms!, short),
    cosine: short(pairs.reduce((a, b) => a + b, 0) / pairs.length),
    conflicting: short(pairs.filter((c) => c < 0).length / pairs.length),
  };
}
