import type { Files, Part } from './parts.ts';

const loaders: Readonly<Record<Part, () => Promise<{ readonly default: Files }>>> = {
  core: () => import('virtual:engine/core'),
  gpu: () => import('virtual:engine/gpu'),
  data: () => import('virtual:engine/data'),
  testing: () => import('virtual:engine/testing'),
  wabt: () => import('virtual:engine/wabt'),
};

/** Loads a part of the engine's files, once. */
export const loadPart = async (part: Part): Promise<Files> => (await loaders[part]()).default;
