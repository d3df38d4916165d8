import { wordsOf } from '../../../kernels/random.ts';
import { storageOf } from '../../device/storage.ts';
import { checkKey, type Key } from '../../tensor/key.ts';

/** A key's two words, for draws on the host outside of any graph. */
export function wordsOfKey(name: string, key: Key): [number, number] {
  const { value } = checkKey(name, key).node;
  const limbs = value && storageOf(key.node).peek();
  if (!limbs)
    throw new Error(
      `${name}: the key must be known here: made by key, split or foldIn of a number, outside of transformations`,
    );
  return wordsOf(limbs);
}
