import { afterAll, expect, test } from 'vitest';
import { figures } from '../../examples/verify/figures.ts';
import { setDevice } from '../../src/index.ts';
import { textOf } from '../support/sources.ts';

afterAll(async () => {
  await setDevice('webasm');
});

test('the figures of docs/propositions.md are those that the program draws (npm run figures)', async () => {
  const drawn = await figures();
  for (const [name, text] of Object.entries(drawn)) expect(textOf(`docs/${name}`) === text, name).toBe(true);
});
