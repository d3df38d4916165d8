import { expect, test } from 'vitest';
import page from '../../docs/autodiff.md?raw';
import { explain, grad, tensor, type Tensor } from '../../src/index.ts';

/**
 * The generated code that docs/autodiff.md shows is what gpu.js makes of the gradient of Σ tanh x
 * on the current device; … stands for lines left out.
 */
export function shaderSuite(language: 'wgsl' | 'glsl'): void {
  test(`docs/autodiff.md shows its ${language.toUpperCase()}`, async () => {
    const shown = new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page)?.[1];
    const slope = grad((x: Tensor) => x.tanh().sum())(tensor([0.5, 1]));
    const { steps } = await explain(slope);
    expect(steps.length).toBe(1);
    let rest = steps[0]!.generated;
    for (const piece of shown!.split('…\n')) {
      expect(rest).toContain(piece);
      rest = rest.slice(rest.indexOf(piece) + piece.length);
    }
  });
}
