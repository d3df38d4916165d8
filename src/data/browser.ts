import '../tensor/methods.ts';

export { dataset, stored, subset, type Column, type Columns, type Dataset, type NumberArray } from './dataset.ts';
export { batchCount, batches, tensorsOf, type Batch, type BatchesOptions } from './batches.ts';
export { prefetch } from './prefetch.ts';
export { shuffled } from './shuffled.ts';
export { together } from './together.ts';
export { faces, type FacesOptions } from './faces/faces.ts';
export { faceAttributes, type FaceAttribute } from './faces/attributes.ts';
export { twoDigits, type TwoDigitsOptions } from './digits/twoDigits.ts';
export { digits, type DigitsOptions } from './digits/digits.ts';
export { transferPair, type TransferPair, type TransferPairOptions } from './transfer/transferPair.ts';
