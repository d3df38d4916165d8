import { runMain } from '../report/runMain.ts';
import { run } from './cli.ts';

await runMain('figure2', run);
