import {
  alignedMtl,
  cagrad,
  config,
  dualProj,
  fairGrad,
  gradVac,
  imtlG,
  iterativePcgrad,
  meanLanes,
  mgda,
  nashMtl,
  pcgrad,
  randomWeights,
  signDrop,
  sumLanes,
  upgrad,
  zeros,
  type Key,
  type Rule,
  type Tensor,
} from 'cotangent';

/**
 * A method that merges two gradients, the rows of J [2, 2], into a direction [2]. Its state is a
 * tensor.
 */
export interface Method {
  readonly name: string;
  /** True if it draws, so that a single run from a start says little. */
  readonly random: boolean;
  readonly init: () => Tensor;
  /** Returns the direction and the next state. */
  readonly merge: (J: Tensor, memory: Tensor, key: Key) => [direction: Tensor, memory: Tensor];
}

/** Returns the method of a rule that does not draw. */
const plain = (name: string, rule: Rule): Method => ({
  name,
  random: false,
  init: () => zeros([0]),
  merge: (J, memory) => [rule(J), memory],
});

/** Returns the method of a rule that draws by a key. */
const drawing = (name: string, rule: (key: Key) => Rule): Method => ({
  name,
  random: true,
  init: () => zeros([0]),
  merge: (J, memory, key) => [rule(key)(J), memory],
});

const vaccine = gradVac();

/**
 * Every rule that works with two losses; Krum and the trimmed mean need three. Loss weightings are
 * left out, because most of them need positive losses, and the toy problem's are not.
 */
export const methods: readonly Method[] = [
  plain('mean', meanLanes()),
  plain('sum', sumLanes()),
  drawing('gradDrop', (key) => signDrop({ key })),
  drawing('randomGradDrop', (key) => signDrop({ key, k: 0 })),
  drawing('pcgrad', (key) => pcgrad({ key })),
  drawing('iterativePcgrad', (key) => iterativePcgrad({ key })),
  { name: 'gradVac', random: false, init: () => vaccine.init(2), merge: (J, memory) => vaccine.apply(J, memory) },
  plain('mgda', mgda()),
  plain('cagrad', cagrad({ c: 0.5 })),
  plain('imtlG', imtlG()),
  plain('nashMtl', nashMtl()),
  plain('fairGrad', fairGrad({ alpha: 1 })),
  plain('alignedMtl', alignedMtl()),
  plain('config', config()),
  plain('upgrad', upgrad()),
  plain('dualProj', dualProj()),
  drawing('randomWeights', (key) => randomWeights({ key })),
];
