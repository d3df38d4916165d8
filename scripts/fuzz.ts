import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { judge } from '../test/data/fuzz/judge.ts';
import { Random } from '../test/data/fuzz/random.ts';
import { inputOf, targets } from '../test/data/fuzz/targets.ts';

const usage = `npm run fuzz -- [--inputs 1000000] [--seed 1] [--state fuzz.json] [--target name]

Gives generated and damaged files to every reader. With a state file, a run that was stopped continues where it was.
`;

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    state: { type: 'string' },
    target: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}
const [inputs, seed] = [Number(values.inputs), Number(values.seed)];
const chosen = targets.filter(({ name }) => values.target === undefined || name === values.target);

/**
 * The state of a run: the number of the next input, and the numbers of inputs that each reader read
 * and refused.
 */
interface State {
  readonly seed: number;
  next: number;
  read: Record<string, number>;
  refused: Record<string, number>;
}

const fresh: State = { seed, next: 0, read: {}, refused: {} };
const state: State =
  values.state !== undefined && existsSync(values.state)
    ? (JSON.parse(readFileSync(values.state, 'utf8')) as State)
    : fresh;
if (state.seed !== seed) throw new Error(`fuzz: ${values.state} is of seed ${state.seed}, got ${seed}`);

/** Writes the state to the file that `--state` names, if any. */
function keep(): void {
  if (values.state === undefined) return;
  writeFileSync(`${values.state}.tmp`, JSON.stringify(state));
  renameSync(`${values.state}.tmp`, values.state);
}

// Warnings about skipped arrays are suppressed; there would be a hundred thousand.
console.warn = () => {};
for (; state.next < inputs; state.next++) {
  if (state.next % 10_000 === 0) {
    keep();
    process.stderr.write(`${state.next} of ${inputs}\n`);
  }
  const target = chosen[state.next % chosen.length]!;
  const data = inputOf(target, new Random(seed, state.next));
  try {
    const result = await judge(target.read, data);
    const counts = typeof result === 'string' ? state.refused : state.read;
    counts[target.name] = (counts[target.name] ?? 0) + 1;
  } catch (error) {
    keep();
    process.stdout.write(
      `input ${state.next} of seed ${seed}, for ${target.name}: ${Buffer.from(data).toString('base64')}\n`,
    );
    throw error;
  }
}
keep();
for (const { name } of chosen)
  process.stdout.write(`${name}: ${state.read[name] ?? 0} read, ${state.refused[name] ?? 0} refused\n`);
