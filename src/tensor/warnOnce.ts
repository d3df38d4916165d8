const given = new Set<string>();

/** Warns on the console, but once for each kind: a training loop would repeat it at every step. */
export function warnOnce(kind: string, text: string): void {
  if (!given.has(kind)) console.warn(`cotangent: ${text}`);
  given.add(kind);
}
