import { loadReference } from './loaders.ts';

type Interpreter = Awaited<ReturnType<typeof loadReference>>;

let loaded: Interpreter | undefined;

/** Loads the float64 interpreter: a page that never asks for `reference` is spared it. */
export async function loadInterpreter(): Promise<void> {
  loaded ??= await loadReference();
}

/** The float64 interpreter, which `setDevice('reference')` has loaded. */
export const interpreter = (): Interpreter => loaded!;
