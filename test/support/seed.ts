import * as fc from 'fast-check';
import { inject } from 'vitest';

declare module 'vitest' {
  export interface ProvidedContext {
    seed: number;
  }
}

// Each run draws the same examples, so that only a change of the code changes the result.
// COTANGENT_SEED draws others.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: inject('seed') });
