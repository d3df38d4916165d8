import type * as reference from './reference.ts';

type Interpreter = typeof reference;

let loaded: Interpreter | undefined;

/** Loads the float64 interpreter: a page that never asks for `reference` is spared it. */
export async function loadInterpreter(): Promise<void> {
  loaded ??= await import('./reference.ts');
}

/** The float64 interpreter, which `setDevice('reference')` has loaded. */
export const interpreter = (): Interpreter => loaded!;
