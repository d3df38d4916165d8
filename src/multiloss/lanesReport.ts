import { broadcastTo } from '../graph/build.ts';
import { laneWeights, purity } from '../autodiff/laneWeights.ts';
import { asTensor, Tensor } from '../tensor/tensor.ts';
import { traceKeep } from './keep.ts';
import { magnitude } from './rescale.ts';
import { checkSignDrop, signDropNode, type SignDropOptions } from './signDrop.ts';

/** What a GradDrop node sees in its lanes. */
export interface LanesReport {
  /** P, with the marginalised axes of size 1. */
  readonly purity: Tensor;
  /** The part of the nonzero entries, lanes × positions, that the masks keep; 0 if there are none (Figure 3c). */
  readonly share: Tensor;
  /** ‖g_i‖₂ of each lane. */
  readonly norms: Tensor;
  /** ⟨g_i, g_j⟩ / (‖g_i‖ ‖g_j‖), 0 with a lane of zeros: [lanes, lanes]. */
  readonly cosines: Tensor;
}

/**
 * What `signDrop(options)(g, h)` would see: purity, share kept, norms and cosines of the lanes g [lanes, ...h.shape]. Call it in a
 * rule of your own to read it while training, whatever the rule then does.
 */
export function lanesReport(g: Tensor, h: Tensor | undefined, options: SignDropOptions): LanesReport {
  checkSignDrop('lanesReport', options);
  const lanes = asTensor('lanesReport', g);
  const { leak: _, ...decisive } = options;
  const keep = options.keep && traceKeep('lanesReport', options.keep);
  const node = signDropNode('lanesReport', decisive, keep, lanes, h);
  const masks = new Tensor(broadcastTo('lanesReport', laneWeights(node), lanes.shape));
  const present = lanes.notEqual(0);
  const rows = lanes.reshape([lanes.shape[0]!, lanes.size / lanes.shape[0]!]);
  const scaled = rows.div(magnitude(rows, [1]));
  const lengths = scaled.norm({ axis: 1, keepDims: true });
  const unit = scaled.div(lengths.equal(0).where(1, lengths));
  return {
    purity: new Tensor(purity(node.inputs[1]!)),
    share: masks.mul(present).sum().div(present.sum().maximum(1)),
    norms: rows.norm({ axis: 1 }),
    cosines: unit.matmul(unit.transpose()),
  };
}
