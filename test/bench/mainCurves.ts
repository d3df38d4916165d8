import { run } from './cli.ts';
import { curves } from './curves.ts';

process.exitCode = await run(curves, process.argv.slice(2));
