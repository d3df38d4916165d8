import { checkKey, type Key } from '../../tensor/key.ts';

/**
 * Returns a key's two words, for draws on the host outside any graph. Throws, with `name`, if the
 * host does not know them.
 */
export function wordsOfKey(name: string, key: Key): [number, number] {
  const { words } = checkKey(name, key);
  if (!words)
    throw new Error(
      `${name}: the key must be known here: made by key, split or foldIn of a number, outside of transformations`,
    );
  return words;
}
