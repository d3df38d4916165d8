import { expect, test } from 'vitest';
import { textOf } from '../support/sources.ts';

/** The items of the list in the page that follows tanh to a device. */
const steps = (/^### From tanh[^]*?(?=^## )/m.exec(textOf('docs/architecture.md'))?.[0] ?? '')
  .split(/^(?=\d+\. )/m)
  .slice(1)
  .map((step) => step.split('\n\n')[0]!);

/** The files in the items about a device and in the items that name no device. */
const filesTo = (device: string): Set<string> =>
  new Set(
    steps
      .filter((step) => !step.includes('On `') || step.includes(`On \`${device}\``))
      .flatMap((step) => [...step.matchAll(/\]\((\S+\.ts)\)/g)].map((link) => link[1]!)),
  );

test.each(['webgpu', 'webasm'])('the way of tanh to %s passes through at most 12 files', (device) => {
  const files = [...filesTo(device)];
  expect(files.length).toBeGreaterThan(8);
  expect(files.length, files.join(', ')).toBeLessThanOrEqual(12);
});
