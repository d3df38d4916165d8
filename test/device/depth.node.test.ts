import { expect, test } from 'vitest';
import { grad, tensor, type Tensor } from '../../src/index.ts';
import { long } from '../support/long.ts';
import { onEachDevice } from '../support/onEachDevice.ts';

await onEachDevice(['reference', 'cpu', 'webasm'], (name) => {
  // Devices that compile take longer; none recurses where the reference does not.
  const length = long || name === 'reference' ? 100_000 : 20_000;
  test(
    `a chain of ${length} nonlinear operations is built, computed and differentiated`,
    { timeout: 240_000 },
    async () => {
      // x ↦ x / (1 + x/n), n times, is x / (1 + x); its derivative is 1 / (1 + x)².
      const n = Math.ceil(length / 3);
      const chain = (x: Tensor): Tensor => {
        let y = x;
        for (let i = 0; i < n; i++) y = y.div(y.mul(1 / n).add(1));
        return y.sum();
      };
      const x = tensor([0.5, 1, 2]);
      const slope = await grad(chain)(x).data();
      expect(Math.abs((await chain(x).item()) - (1 / 3 + 1 / 2 + 2 / 3))).toBeLessThan(2e-2);
      [4 / 9, 1 / 4, 1 / 9].forEach((want, i) => expect(Math.abs(slope[i]! - want)).toBeLessThan(2e-2));
    },
  );
});
