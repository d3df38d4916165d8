import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../support/sources.ts';

test('the named functions are those of the elementwise table', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/names.js'), '--check'], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});
