import { inject } from 'vitest';

/** The folder of the built copy of the project; an error if the build failed. */
export function builtFolder(): string {
  const { folder, error } = inject('built');
  if (error !== '') throw new Error(`the package must build, got\n${error}`);
  return folder;
}
