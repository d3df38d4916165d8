import { run } from './cli.ts';
import { pages } from './pages/half.ts';

process.exitCode = await run(pages, process.argv.slice(2));
