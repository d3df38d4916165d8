import { laneWeights, purity } from '../autodiff/laneWeights.ts';
import { eye } from '../tensor/create.ts';
import { asTensor, Tensor } from '../tensor/tensor.ts';
import { traceKeep } from './keep.ts';
import { magnitudes } from './rescale.ts';
import { checkSignDrop, signDropOf, type SignDropOptions } from './signDrop.ts';

/** Statistics of the lanes that GradDrop merges. */
export interface LanesReport {
  /**
   * The purity P = ½ (1 + Σ G_i / Σ |G_i|), in h's shape; axes that are summed over have size 1.
   */
  readonly purity: Tensor;
  /**
   * The fraction of the lanes' nonzero entries that the masks keep, whatever the leak; 0 if all
   * entries are 0 (Chen et al. 2020, Figure 3c).
   */
  readonly share: Tensor;
  /** ‖g_i‖₂ of each lane, [lanes]. */
  readonly norms: Tensor;
  /** The cosines ⟨g_i, g_j⟩ / (‖g_i‖ ‖g_j‖), [lanes, lanes]; 0 if one of the lanes is zero. */
  readonly cosines: Tensor;
}

/**
 * Returns statistics of the lanes g [lanes, ...h.shape] that `signDrop(options)(g, h)` would merge.
 * h is undefined for gradients of parameters. Call it inside of a rule to observe training. It
 * reads the lanes about as often as the rule itself. Throws if the options are not valid or if the
 * shapes do not fit.
 */
export function lanesReport(g: Tensor, h: Tensor | undefined, options: SignDropOptions): LanesReport {
  checkSignDrop('lanesReport', options);
  const lanes = asTensor('lanesReport', g);
  const { leak: _, zeroSign = 'keep', ...rest } = options;
  const keep = options.keep && traceKeep('lanesReport', options.keep);
  const passes = zeroSign === 'keep' && options.inputSign !== false && h;
  const [inputs, attrs] = signDropOf('lanesReport', { ...rest, zeroSign: passes ? 'drop' : zeroSign }, keep, lanes, h);
  const G = new Tensor(inputs[1]!);
  const masks = new Tensor(laneWeights(inputs, attrs));

  // Entries that share a mask are counted first, because there are fewer masks than entries.
  const axis = G.shape.flatMap((d, a) => (d === lanes.shape[a] ? [] : [a]));
  const count = (x: Tensor): Tensor => (axis.length > 0 ? x.sum({ axis, keepDims: true }) : x);
  const present = lanes.notEqual(0);
  const all = count(present);
  // Where h is 0 and G is 0, a lane passes whatever its mask.
  const atZero = passes && G.equal(0).mul(count(present.and(passes.equal(0))));
  const kept = atZero ? masks.mul(all).add(atZero) : masks.mul(all);

  const m = lanes.shape[0]!;
  const scale = magnitudes(lanes);
  const scaled = lanes.div(scale.reshape([m, ...lanes.shape.slice(1).map(() => 1)])).reshape([m, lanes.size / m]);
  const inner = scaled.matmul(scaled.transpose());
  const lengths = inner.mul(eye(m)).sum({ axis: 1, keepDims: true }).sqrt();
  const whole = lengths.equal(0).where(1, lengths);
  return {
    purity: new Tensor(purity(G.node)),
    share: kept.sum().div(all.sum().maximum(1)),
    norms: lengths.mul(scale).reshape([m]),
    cosines: inner.div(whole).div(whole.transpose()),
  };
}
