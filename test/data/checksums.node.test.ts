import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { long } from '../support/long.ts';
import { root } from '../support/sources.ts';
import { checksums, known } from './checksums.ts';

const program = `import { checksums } from './test/data/checksums.ts'; console.log(JSON.stringify(await checksums()));`;

function inAnotherProcess(options: string): unknown {
  const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
  const env = { ...process.env, NODE_OPTIONS: options };
  const output = execFileSync(process.execPath, [tsx, '--input-type=module', '-e', program], {
    cwd: root,
    env,
    encoding: 'utf8',
  });
  return JSON.parse(output);
}

test(`each world has the same bytes here and in another process${long ? ', also one that interprets all code' : ''}`, async () => {
  expect(await checksums()).toEqual(known);
  expect(inAnotherProcess('')).toEqual(known);
  if (long) expect(inAnotherProcess('--jitless')).toEqual(known);
});
