/** The maximum number of keys in a map that `remember` fills. */
const most = 2 ** 12;

/**
 * Puts a value into a map and returns it. A full map is emptied first, because a program may bring
 * new keys without end, and an entry that is lost can be made again. One step of a program uses
 * fewer keys than `most`.
 */
export function remember<K, V>(map: Map<K, V>, key: K, value: V): V {
  if (map.size >= most) map.clear();
  map.set(key, value);
  return value;
}
