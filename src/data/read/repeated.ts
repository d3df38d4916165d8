/** Returns the first word that occurs a second time, or undefined if there is none. */
export function repeated(words: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return words.find((word) => seen.size === seen.add(word).size);
}
