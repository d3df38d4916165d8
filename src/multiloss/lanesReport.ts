import { laneWeights, purity } from '../autodiff/laneWeights.ts';
import { eye } from '../tensor/create.ts';
import { asTensor, Tensor } from '../tensor/tensor.ts';
import { traceKeep } from './keep.ts';
import { magnitudes } from './rescale.ts';
import { checkSignDrop, signDropNode, type SignDropOptions } from './signDrop.ts';

/** What a GradDrop node sees in its lanes. */
export interface LanesReport {
  /** P, with the marginalised axes of size 1. */
  readonly purity: Tensor;
  /**
   * The part of the nonzero entries, lanes × positions, that the masks keep; 0 if there are none
   * (Figure 3c).
   */
  readonly share: Tensor;
  /** ‖g_i‖₂ of each lane. */
  readonly norms: Tensor;
  /** ⟨g_i, g_j⟩ / (‖g_i‖ ‖g_j‖), 0 with a lane of zeros: [lanes, lanes]. */
  readonly cosines: Tensor;
}

/**
 * What `signDrop(options)(g, h)` would see: purity, share kept, norms and cosines of the lanes g
 * [lanes, ...h.shape]. Call it in a rule of your own to read it while training, whatever the rule
 * then does. It goes through the lanes about as often as the rule itself.
 */
export function lanesReport(g: Tensor, h: Tensor | undefined, options: SignDropOptions): LanesReport {
  checkSignDrop('lanesReport', options);
  const lanes = asTensor('lanesReport', g);
  const { leak: _, zeroSign = 'keep', ...rest } = options;
  const keep = options.keep && traceKeep('lanesReport', options.keep);
  const passes = zeroSign === 'keep' && options.inputSign !== false && h;
  const node = signDropNode('lanesReport', { ...rest, zeroSign: passes ? 'drop' : zeroSign }, keep, lanes, h);
  const G = new Tensor(node.inputs[1]!);
  const masks = new Tensor(laneWeights(node));

  // What one mask decides is counted first: there are fewer masks than entries.
  const axis = G.shape.flatMap((d, a) => (d === lanes.shape[a] ? [] : [a]));
  const count = (x: Tensor): Tensor => (axis.length > 0 ? x.sum({ axis, keepDims: true }) : x);
  const present = lanes.notEqual(0);
  const all = count(present);
  // Where h is 0 a lane passes whose G is 0, whatever its mask.
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
