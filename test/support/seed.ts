import * as fc from 'fast-check';
import { inject } from 'vitest';

declare module 'vitest' {
  export interface ProvidedContext {
    seed: number;
  }
}

// Each run draws the same examples, so that a change is judged by the change; COTANGENT_SEED draws
// others.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: inject('seed') });
