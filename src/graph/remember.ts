/** The most keys that a map of `remember` holds. */
const most = 2 ** 12;

/**
 * Puts a value into a map and returns it. A full map is emptied first: programs may bring ever new
 * keys, and what is forgotten is made again. `most` keys are more than a program uses in turn.
 */
export function remember<K, V>(map: Map<K, V>, key: K, value: V): V {
  if (map.size >= most) map.clear();
  map.set(key, value);
  return value;
}
