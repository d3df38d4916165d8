import { nn, split, type Key, type Tensor } from 'cotangent';

/**
 * The size of a network: convolutions and two linear layers, each with batch normalisation and a
 * ReLU.
 */
export interface NetworkSize {
  /** The number of channels of an image. */
  readonly channels: number;
  /**
   * The number of channels after each convolution; seven convolutions give the paper's nine layers.
   */
  readonly widths: readonly number[];
  /** The number of features after each of the two linear layers. */
  readonly features: number;
}

interface Layer {
  readonly weight: Tensor;
  readonly norm: { readonly weight: Tensor; readonly bias: Tensor };
}

export type Trunk = readonly Layer[];

/** The running means and variances of each layer. */
export type Buffers = readonly nn.BatchNormState[];

/** The image is halved after these convolutions, and by the first one, which has stride two. */
const halved = [1, 3];

const initialiser = { weight: nn.init.kaimingNormal, bias: false } as const;

/**
 * Returns the trunk's initial parameters, running means and variances. The paper lists nine layers
 * of convolution, pooling, batch normalisation and linear layers; their order is ours.
 */
export function initTrunk(key: Key, { channels, widths, features }: NetworkSize): { trunk: Trunk; buffers: Buffers } {
  const keys = split(key, widths.length + 2);
  const inputs = [channels, ...widths];
  const layers = [...widths, features, features].map((width, i) => {
    const norm = nn.batchNorm.init(width);
    const { weight } =
      i < widths.length
        ? nn.conv2d.init(keys[i]!, inputs[i]!, width, 3, initialiser)
        : nn.linear.init(keys[i]!, i === widths.length ? widths.at(-1)! : features, width, initialiser);
    return { layer: { weight, norm: norm.params }, buffers: norm.state };
  });
  return { trunk: layers.map((l) => l.layer), buffers: layers.map((l) => l.buffers) };
}

/**
 * Maps images [N, channels, height, width] to features [N, features], and returns the next running
 * means and variances. With `train` it normalises by those of the batch, otherwise by the running
 * ones.
 */
export function runTrunk(
  trunk: Trunk,
  buffers: Buffers,
  images: Tensor,
  train: boolean,
): [h: Tensor, buffers: Buffers] {
  const next: nn.BatchNormState[] = [];
  const convolutions = trunk.length - 2;
  let h = images;
  trunk.forEach(({ weight, norm }, i) => {
    if (i === convolutions) h = nn.globalAverage(h);
    const mixed =
      i < convolutions ? nn.conv2d({ weight }, h, { padding: 1, stride: i === 0 ? 2 : 1 }) : nn.linear({ weight }, h);
    const [normalised, state] = nn.batchNorm(norm, buffers[i]!, mixed, { train });
    next.push(state);
    h = normalised.relu();
    if (i < convolutions && halved.includes(i)) h = nn.maxPool2d(h, { size: 2 });
  });
  return [h, next];
}
