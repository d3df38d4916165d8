/** Throws the error of a step that was called without its state. */
export function noState(name: string): never {
  throw new Error(`${name}: a state made by init is needed`);
}
