#!/usr/bin/env node
// npm links a command only if its file exists during installation. So this file is committed, while
// the program is built.
import { existsSync } from 'node:fs';

const program = new URL('../dist/cotangent/main.js', import.meta.url);
if (existsSync(program)) await import(program.href);
else {
  console.error(
    'cotangent: the program is not built yet: run `npm run build` in the folder of the clone, then this again',
  );
  process.exitCode = 1;
}
