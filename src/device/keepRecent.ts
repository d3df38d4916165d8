/**
 * Puts a value into a map as the most recently used, and returns it. The least recently used values
 * come first in the map. If there are more than `most`, removes the first and calls `drop` for
 * each.
 */
export function keepRecent<K, V>(map: Map<K, V>, key: K, value: V, most: number, drop?: (old: V) => void): V {
  map.delete(key);
  map.set(key, value);
  for (const [first, old] of map) {
    if (map.size <= most) break;
    map.delete(first);
    drop?.(old);
  }
  return value;
}
