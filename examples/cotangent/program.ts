import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import type { Common, Experiment } from '../report/experiment.ts';
import { deviceNames } from '../report/deviceNames.ts';
import { known, once, UsageError, whole } from '../report/usage.ts';
import { experiments } from './experiments.ts';
import { versions } from './versions.ts';

/** The request that a command line makes. */
export type Request =
  | { readonly what: 'list' }
  | { readonly what: 'playground'; readonly port?: number; readonly open: boolean }
  | { readonly what: 'record'; readonly file: string; readonly out: string }
  | {
      readonly what: 'run';
      readonly experiment: Experiment<Common>;
      /** The user's module that exports the experiment, if it is none of this program. */
      readonly file?: string;
      readonly common: Common;
      readonly own: Readonly<Record<string, string | undefined>>;
      readonly out: string;
      readonly workers: number;
      readonly fresh: boolean;
    };

const choices = ['auto', ...deviceNames];

type Values = Record<string, string | boolean | undefined>;

const whole32 = (text: string): number => whole('seed', text, 0, 2 ** 31 - 1);

/**
 * Returns the chosen methods in the experiment's order, with those it needs. If `text` is
 * undefined, returns the usual ones. Throws a usage error if `text` names an unknown method or one
 * twice.
 */
function methodsOf(
  experiment: Experiment<Common>,
  text: string | undefined,
  profile: Common['profile'],
): readonly string[] {
  if (text === undefined) return experiment.usual(profile);
  const { methods, needed } = experiment;
  const chosen = text.split(',').map((name) => known('--methods', name.trim(), methods));
  const twice = chosen.find((name, i) => chosen.indexOf(name) < i);
  if (twice !== undefined) throw new UsageError(`--methods must name each method once, got '${twice}' twice`);
  return methods.filter((name) => chosen.includes(name) || needed.includes(name));
}

/** An experiment of a user's module. */
export interface Own {
  readonly file: string;
  readonly experiment: Experiment<Common>;
}

/** Returns the request that options make. Throws a usage error if a value is invalid. */
function requestOf(experiment: Experiment<Common>, values: Values, file?: string): Request {
  const text = (name: string): string | undefined => values[name] as string | undefined;
  const out = text('out')!;
  const profile = values.full === true ? 'full' : 'quick';
  if (out === '') throw new UsageError('--out must name a folder, got an empty name');
  return {
    what: 'run',
    experiment,
    ...(file !== undefined && { file }),
    common: {
      profile,
      device: known('--device', text('device')!, choices),
      seed: whole32(text('seed')!),
      methods: methodsOf(experiment, text('methods'), profile),
    },
    own: Object.fromEntries(experiment.options.map(({ name }) => [name, text(name)])),
    out,
    workers: whole('workers', text('workers')!, 0, 1024),
    fresh: values.fresh === true,
  };
}

/**
 * Calls `act` with the options and the arguments of a command. Throws a usage error if an option is
 * given twice.
 */
function action(command: Command, act: (values: Values, args: readonly string[]) => void): void {
  const given: string[] = [];
  for (const option of command.options) command.on(`option:${option.name()}`, () => given.push(option.name()));
  command.action(() => {
    once(given);
    act(command.opts<Values>(), command.args);
  });
}

/**
 * Adds the command that runs an experiment; its name is that of the user's module, if there is one.
 */
function addRun(run: Command, experiment: Experiment<Common>, act: (request: Request) => void, file?: string): void {
  const quick =
    file === undefined ? 'under three minutes on two cores with webasm (default)' : 'a few trainings (default)';
  const command = run
    .createCommand(file ?? experiment.name)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .description(experiment.summary)
    .addOption(new Option('--quick', `${quick}: shows the machinery, draws no conclusion`).conflicts('full'))
    .option('--full', 'the whole protocol: as many rates, seeds and steps as a conclusion needs')
    .option('--device <name>', choices.join(', '), 'webasm')
    .option('--seed <n>', 'what all random numbers follow from', '0')
    .option('--methods <names>', `some of ${experiment.methods.join(', ')}, with commas`)
    .option('--out <folder>', 'where results go, and where a stopped run goes on', `cotangent-${experiment.name}`)
    .option('--fresh', 'forget what an earlier run left in that folder')
    .option('--workers <n>', 'worker threads; 0 for none', String(availableParallelism()));
  for (const { name, value, text } of experiment.options) command.option(`--${name} <${value}>`, text);
  action(command, (values) => act(requestOf(experiment, values, file)));
  run.addCommand(command);
}

/**
 * Returns the command line. When it is parsed, `act` receives the request. `own` is the experiment
 * of a user's module that the line names.
 */
export function program(act: (request: Request) => void, own?: Own): Command {
  const root = new Command('cotangent')
    .description('Experiments with several losses: gradient sign dropout next to the other merge rules.')
    .version(versions().cotangent!)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  root
    .command('list')
    .description('the experiments, a line each')
    .action(() => act({ what: 'list' }));
  // The command line is handed on before it is parsed here; see cli.ts.
  root
    .command('verify')
    .description('checks the claims about the paper and every derivative, or puts a rule of yours to them');
  const playground = root
    .command('playground')
    .description('serves the playground on this machine: derivatives and several losses, in the browser')
    .option('--port <n>', 'the port; without it, the first free one from 4173')
    .option('--open', 'opens it in the browser');
  action(playground, ({ port, open }) =>
    act({
      what: 'playground',
      open: open === true,
      ...(port !== undefined && { port: whole('port', port as string, 0, 65_535) }),
    }),
  );
  const record = root
    .command('record')
    .description('runs a program of yours and writes its graph, derivatives and values to a file')
    .argument('<program>', 'a module of TypeScript or JavaScript that imports cotangent')
    .option('-o, --out <file>', 'where the trace goes', 'trace.json');
  action(record, (values, [file]) => {
    if (values.out === '') throw new UsageError('--out must name a file, got an empty name');
    act({ what: 'record', file: file!, out: values.out as string });
  });
  const run = root
    .command('run')
    .description(
      'runs an experiment, or one of yours from ./module.ts, and writes report.html, results.json and results.csv',
    );
  for (const experiment of experiments) addRun(run, experiment, act);
  if (own) addRun(run, own.experiment, act, own.file);
  return root;
}
