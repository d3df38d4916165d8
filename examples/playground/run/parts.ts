/**
 * The files of the engine's build for pages, in parts that are loaded one by one. What a file
 * imports stands in its own part or in `core`.
 */
export const parts = {
  core: ['cotangent', 'engine', 'inspect', 'checks', 'reference', 'webasm', 'explain'],
  gpu: ['gpu', 'gpujs', 'interop'],
  data: ['data'],
  testing: ['testing', 'fast-check'],
  wabt: ['wabt'],
} as const;

export type Part = keyof typeof parts;

/** The files of a part: their texts by their names. */
export type Files = Readonly<Record<string, string>>;

/** Returns the part that has a file, or undefined for an unknown name. */
export const partOf = (file: string): Part | undefined =>
  (Object.keys(parts) as Part[]).find((part) => (parts[part] as readonly string[]).includes(file));

/** What a program may import, and the file that it gets. */
export const modules: Readonly<Record<string, string>> = {
  cotangent: 'cotangent',
  'cotangent/inspect': 'inspect',
  'cotangent/testing': 'testing',
  'cotangent/data': 'data',
  'fast-check': 'fast-check',
};
