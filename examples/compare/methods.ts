import {
  alignedMtl,
  cagrad,
  config,
  dualProj,
  fairGrad,
  imtlG,
  iterativePcgrad,
  meanLanes,
  nashMtl,
  randomWeights,
  upgrad,
  type Key,
  type Rule,
} from 'cotangent';
import { known, UsageError } from '../report/usage.ts';
import { methods as trained, type Method } from '../training/methods.ts';

/** Rules of the library beside the methods of the paper's tables. */
const rules = {
  mean: [() => meanLanes(), 'the mean of the gradients'],
  cagrad: [() => cagrad(), 'CAGrad'],
  imtlG: [() => imtlG(), 'equal projections onto all gradients'],
  nashMtl: [() => nashMtl(), 'the Nash bargaining solution'],
  fairGrad: [() => fairGrad(), 'α-fair weights'],
  alignedMtl: [() => alignedMtl(), 'gradients with equal principal components'],
  config: [() => config(), 'ConFIG: a direction without conflicts'],
  upgrad: [() => upgrad(), 'UPGrad'],
  dualProj: [() => dualProj(), 'the mean, projected onto the cone without conflicts'],
  iterativePcgrad: [(key) => iterativePcgrad({ key }), 'PCGrad on partial sums in random order'],
  randomWeights: [(key) => randomWeights({ key }), 'random weights'],
} as const satisfies Record<string, readonly [rule: (key: Key) => Rule, text: string]>;

/** The methods that have names; `baseline` is the sum of the losses. */
export const named: readonly Method[] = [
  ...trained,
  ...Object.entries(rules).map(([name, [rule, text]]) => ({ name, rule, text })),
];

/** The names of methods of the library. */
export type MethodName =
  | keyof typeof rules
  | 'baseline'
  | 'tunedSum'
  | 'clipped'
  | 'penalty'
  | 'mgda'
  | 'pcgrad'
  | 'gradNorm'
  | 'randomGradDrop'
  | 'gradDrop'
  | 'gradDropEach'
  | 'gradNormRandom'
  | 'gradNormGradDrop';

/** Methods of a comparison: a name of the library's, or rules of your own by name. */
export type MethodChoice = MethodName | Readonly<Record<string, (key: Key) => Rule>>;

/**
 * Returns the methods that are chosen. Throws a usage error if one is unknown, named twice or no
 * function, or if there are fewer than two.
 */
export function methodsOf(choices: readonly MethodChoice[]): Method[] {
  const names = named.map((m) => m.name);
  const methods = choices.flatMap((choice): Method[] =>
    typeof choice === 'string'
      ? [named.find((m) => m.name === known('compare: a method', choice, names))!]
      : Object.entries(choice).map(([name, rule]) => {
          if (typeof rule !== 'function')
            throw new UsageError(`compare: method '${name}' must be a function from a key to a rule`);
          if (!/^[\w.-]+$/.test(name))
            throw new UsageError(
              `compare: a method's name must have letters, digits, '.', '_' and '-' only, got '${name}'`,
            );
          return { name, rule, text: 'a rule of this experiment' };
        }),
  );
  const twice = methods.find((m, i) => methods.findIndex((other) => other.name === m.name) < i);
  if (twice) throw new UsageError(`compare: each method must have a name of its own, got '${twice.name}' twice`);
  if (methods.length < 2) throw new UsageError(`compare: there must be two methods or more, got ${methods.length}`);
  return methods;
}
