import type { Tree } from '../../tensor/tree.ts';
import { checkText } from '../checks.ts';
import { readBytes, writeAtomically } from '../files.ts';
import { parseSafetensors, type Checkpoint } from './parseSafetensors.ts';
import { toSafetensors } from './toSafetensors.ts';

/**
 * Writes a tree of tensors, numbers and keys to a safetensors file. The file is replaced
 * atomically.
 */
export async function save(path: string, tree: Tree, metadata: Readonly<Record<string, string>> = {}): Promise<void> {
  checkText('save', 'the path', path);
  await writeAtomically('save', path, await toSafetensors(tree, metadata));
}

/** Reads the tree and the metadata of a safetensors file. */
export async function load(path: string): Promise<Checkpoint> {
  return parseSafetensors(await readBytes('load', path), path);
}
