import { UsageError } from '../../report/usage.ts';
import { fromBase64 } from './base64.ts';
import { interpreter } from './interpreter.ts';
import { startPython } from './python.ts';

/** PyTorch's results, gradients, and derivatives of both along the tangents. */
export interface Answer {
  readonly value: readonly Float64Array[];
  readonly grad: readonly Float64Array[];
  readonly jvp: readonly Float64Array[];
  readonly hvp: readonly Float64Array[];
}

/** PyTorch in a process of its own. */
export interface Torch {
  readonly version: string;
  /**
   * Resolves with the answer to a case, or undefined if it has a derivative that does not exist.
   * Rejects with Python's error if the case fails there.
   */
  readonly ask: (given: object) => Promise<Answer | undefined>;
  readonly end: () => void;
}

type Told = { readonly error: string } | Readonly<Record<keyof Answer, readonly string[]>> | null;

/** Starts PyTorch. Rejects with a usage error if it is not installed. */
export async function startTorch(): Promise<Torch> {
  const python = await startPython('--against', ['-c', interpreter]).catch((error: Error) => {
    throw new UsageError(error.message, { cause: error });
  });
  return {
    version: python.first as string,
    async ask(given) {
      const told = (await python.ask(given)) as Told;
      if (told === null) return undefined;
      if ('error' in told) throw new Error(`PyTorch fails: ${told.error}`);
      const floats = (texts: readonly string[]): Float64Array[] => texts.map((t) => new Float64Array(fromBase64(t)));
      return { value: floats(told.value), grad: floats(told.grad), jvp: floats(told.jvp), hvp: floats(told.hvp) };
    },
    end: python.end,
  };
}
