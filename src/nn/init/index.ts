export type { Initialiser, KaimingOptions } from './initialiser.ts';
export { kaimingNormal } from './kaimingNormal.ts';
export { kaimingUniform } from './kaimingUniform.ts';
