import { run } from './cli.ts';
import { node } from './node.ts';

process.exitCode = await run(node, process.argv.slice(2));
