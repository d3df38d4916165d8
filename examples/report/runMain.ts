import { reasonOf } from './reasonOf.ts';

/**
 * Runs a program with the arguments of the command line, and sets the exit code that `run` returns.
 * If nobody reads the output any more, as behind `| head -1`, the program ends silently.
 */
export async function runMain(program: string, run: (args: readonly string[]) => Promise<number>): Promise<void> {
  let lost = 0;
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.exitCode = lost = 1;
    process.stderr.write(`${program}: cannot write to the standard output: ${reasonOf(error)}\n`);
  });
  process.exitCode = (await run(process.argv.slice(2))) || lost;
}
