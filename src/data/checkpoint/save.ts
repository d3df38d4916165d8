import type { Tree } from '../../tensor/tree.ts';
import { checkText } from '../checks.ts';
import { readBytes, writeAtomically } from '../files.ts';
import { parseSafetensors, type Checkpoint } from './parseSafetensors.ts';
import { toSafetensors } from './toSafetensors.ts';

/**
 * Writes a tree of tensors, numbers and keys, and strings as metadata, to a safetensors file at
 * `path`. An existing file is replaced at once, when the new one is complete. Throws if
 * `toSafetensors` does or if the file cannot be written; an existing file then stays.
 */
export async function save(path: string, tree: Tree, metadata: Readonly<Record<string, string>> = {}): Promise<void> {
  checkText('save', 'the path', path);
  await writeAtomically('save', path, await toSafetensors(tree, metadata));
}

/**
 * Returns the tree, the metadata and the rounded elements of the safetensors file at `path`, as
 * `parseSafetensors` does. Throws if the file cannot be read or is damaged.
 */
export async function load(path: string): Promise<Checkpoint> {
  return parseSafetensors(await readBytes('load', path), path);
}
