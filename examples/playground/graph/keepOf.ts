/** How the library reads and computes arithmetic; see src/graph/scalar.ts. */
export interface Arithmetic<E> {
  readonly parseScalar: (f: () => number) => E;
  readonly evaluate: (expression: E, params: readonly number[]) => number;
}

/** A text with more characters is not read. */
const longest = 2000;

/**
 * Returns the keep function that a text of a trace says, such as `2 * P - sin(P)`; undefined if it
 * says none, as `…` does. Nothing in the text is run: it is read as arithmetic of the table's
 * entries.
 */
export function keepOf<E>(
  text: string,
  { parseScalar, evaluate }: Arithmetic<E>,
): ((purity: number) => number) | undefined {
  // A forged trace may have any text.
  if (text.length > longest) return undefined;
  const source = `(P) => ${text.replace(/\b[A-Za-z]\w*\b(?=\()/g, 'op.$&')}`;
  try {
    const expression = parseScalar({ toString: () => source } as () => number);
    const keep = (purity: number): number => Number(evaluate(expression, [purity]));
    keep(0.5);
    return keep;
  } catch {
    return undefined;
  }
}
