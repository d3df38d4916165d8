import { random, Tensor, tensor, type SignDropOptions } from '../../src/index.ts';
import type { Subject } from '../../src/testing/index.ts';

/** The steps of Algorithm 1 that a third party may get wrong, each on its own. */
export interface Steps {
  /** The axes of h over which signs are summed. */
  readonly axes: (marginalize: SignDropOptions['marginalize'], rank: number) => readonly number[];
  /** The numbers by which gradients are multiplied before their signs are read. */
  readonly signs: (h: Tensor, zeroSign: SignDropOptions['zeroSign']) => Tensor;
  /** P, from Σ G and Σ |G|. */
  readonly purity: (D: Tensor, S: Tensor, G: Tensor) => Tensor;
  /** f(P). */
  readonly chance: (P: Tensor, options: SignDropOptions) => Tensor;
  /** U, of the purity's shape. */
  readonly draws: (options: SignDropOptions, shape: readonly number[]) => Tensor;
  /** What is kept of each lane, before leaks. */
  readonly masks: (G: Tensor, f: Tensor, U: Tensor) => Tensor;
  /** The share of each lane that passes, from its leak and what is kept. */
  readonly share: (leak: Tensor, kept: Tensor) => Tensor;
  /** ‖x‖₂ over the whole of x, or over what a rule takes it to be. */
  readonly norm: (x: Tensor) => Tensor;
}

export const right: Steps = {
  axes: (marginalize, rank) =>
    marginalize === 'none'
      ? []
      : marginalize === 'batch' || marginalize === undefined
        ? rank < 2
          ? []
          : [0]
        : (marginalize as readonly number[]).map((a) => (a < 0 ? a + rank : a)),
  signs: (h, zeroSign) => (zeroSign === 'positive' ? h.less(0).where(-1, 1) : h.sign()),
  purity: (D, S) => D.div(S.equal(0).where(1, S)).add(1).mul(0.5),
  chance: (P, { k = 1, keep }) => (keep ? (keep(P) as Tensor) : P.sub(0.5).mul(k).add(0.5)),
  draws: ({ draw, key }, shape) => (draw as Tensor | undefined) ?? random.uniform(key!, shape),
  masks: (G, f, U) => f.greater(U).unsqueeze(0).where(G.greater(0), G.less(0)),
  share: (leak, kept) => leak.add(kept.mul(leak.neg().add(1))),
  norm: (x) => x.square().sum().sqrt(),
};

/** The leak of each lane, in a shape that broadcasts to the lanes. */
function leakOf(leak: SignDropOptions['leak'] = 0, g: Tensor): Tensor {
  const each = leak instanceof Tensor ? leak : tensor(leak as number | number[]);
  return each.reshape(each.rank === 0 ? [] : [each.size, ...g.shape.slice(1).map(() => 1)]);
}

/**
 * Algorithm 1 as a third party may write it, composed of ordinary operations, with some of its
 * steps replaced.
 */
export const composedRule =
  (changed: Partial<Steps> = {}): Subject =>
  (options) =>
  (g, h) => {
    const steps = { ...right, ...changed };
    const rank = g.rank - 1;
    const axes = h ? steps.axes(options.marginalize, rank) : [];
    const reads = h !== undefined && options.inputSign !== false;
    const own = reads ? g.mul(steps.signs(h, options.zeroSign).unsqueeze(0)) : g;
    const G = axes.length > 0 ? own.sum({ axis: axes.map((a) => a + 1), keepDims: true }) : own;
    const [D, S] = [G.sum({ axis: 0 }), G.abs().sum({ axis: 0 })];
    const f = steps.chance(steps.purity(D, S, G), options);
    const M = steps.masks(G, f, steps.draws(options, D.shape));
    const passes = reads && (options.zeroSign ?? 'keep') === 'keep';
    const kept = passes ? M.maximum(G.equal(0).mul(h.equal(0).unsqueeze(0))) : M;
    const X = steps.share(leakOf(options.leak, g), kept).mul(g).sum({ axis: 0 });
    if (options.preserveNorm !== true) return X;
    const norm = steps.norm(X);
    return X.mul(steps.norm(g.sum({ axis: 0 })).div(norm.equal(0).where(1, norm)));
  };
