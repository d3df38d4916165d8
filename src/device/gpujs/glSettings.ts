/** How gpu.js is asked for kernels in GLSL: without these it computes at the lowest precision. */
export const glSettings = { pipeline: true, precision: 'single', tactic: 'precision' } as const;
