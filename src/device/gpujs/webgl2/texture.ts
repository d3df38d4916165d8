/**
 * A width for a texture of so many texels that is a power of two, since gpu.js divides by it
 * wherever a texel is read; 1 where none will do. Takes the two large products of W2 (of the
 * benchmark) on webgl2 from 21 and 15 ms to 18 and 13.
 */
function widthFor(texels: number): number {
  let width = 1;
  while (width < 1024 && texels % (2 * width) === 0 && width * width <= 2 * texels) width *= 2;
  return width >= 16 && texels / width <= 2048 ? width : 1;
}

/**
 * A kernel's source and its output for so many threads, counted by this.thread.x, as gpu.js makes a
 * texture of that width of them.
 */
export function inTexture(source: string, threads: number): { source: string; output: readonly number[] } {
  const width = widthFor(threads);
  if (width === 1) return { source, output: [threads] };
  const flat = `(this.thread.y * ${width} + this.thread.x)`;
  return { source: source.replaceAll('this.thread.x', flat), output: [width, threads / width] };
}
