const given = new Set<string>();

/**
 * Writes `text` to the console as a warning, but only once for each `kind`: a training loop would
 * repeat it at every step.
 */
export function warnOnce(kind: string, text: string): void {
  if (!given.has(kind)) console.warn(`cotangent: ${text}`);
  given.add(kind);
}
