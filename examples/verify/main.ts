import { runMain } from '../report/runMain.ts';
import { run } from './cli.ts';

await runMain('verify', run);
