import type fc from 'fast-check';
import { breathe } from '../device/breathe.ts';
import type { DeviceName } from '../device/devices.ts';
import type { Rule } from '../multiloss/rule.ts';
import { signDrop, type SignDropOptions } from '../multiloss/signDrop.ts';

/** The function under test: the library's `signDrop`, or another implementation of it. */
export type Subject = (options: SignDropOptions) => Rule;

/** The setting in which a claim is checked. */
export interface Context {
  readonly device: DeviceName;
  /** The seed of everything that is generated. */
  readonly seed: number;
  /** The number of cases to generate. Claims without random cases ignore it. */
  readonly runs: number;
  readonly subject: Subject;
  /** If true, a claim that usually checks a slice of its cases checks all of them. */
  readonly all?: boolean;
  /** Ends the check early. A counterexample found until then stands. */
  readonly signal?: AbortSignal | undefined;
}

/** The smallest case found that contradicts a claim. */
export interface Counterexample {
  /** The case, written as numbers. */
  readonly numbers: string;
  /** The values found, and what the claim states. */
  readonly found: string;
  /** A program that reproduces it. */
  readonly snippet: string;
  /** The number of successful shrinking steps. */
  readonly shrinks: number;
}

/** The result of checking a claim on one device. */
export interface Verdict {
  readonly outcome: 'holds' | 'fails';
  /** The number of cases that were checked. */
  readonly cases: number;
  readonly counterexample?: Counterexample;
}

/** A mathematical statement, and a check of whether the kernels satisfy it. */
export interface Claim {
  readonly name: string;
  /** The heading in a table of results: 'Proposition 1', or any other text. */
  readonly group: string;
  readonly statement: string;
  /** The paper and the number of the statement, or the place where it is derived. */
  readonly source: string;
  /** The tolerance of comparisons, and its reason. */
  readonly tolerance: string;
  /** 'fails' if the statement is known to be false, as printed or as one would expect it. */
  readonly expected: 'holds' | 'fails';
  /**
   * The devices that the claim is about: 'reference' if it needs float64, 'ieee' if it needs
   * arithmetic that rounds by IEEE 754.
   */
  readonly devices: 'all' | 'ieee' | 'reference';
  /** Checks the claim. Throws `Interrupted` if it is aborted before there is a verdict. */
  check(context: Context): Promise<Verdict>;
  /**
   * Generates cases that fast-check can shrink. It is missing, as is `contradiction`, in a claim
   * about many draws of a key.
   */
  cases?(context: Context): fc.Arbitrary<unknown>;
  /**
   * Returns a message that contradicts the claim in one case, computed on the current device, or
   * undefined.
   */
  contradiction?(c: unknown, context: Context): Promise<string | undefined>;
}

/** Says whether a claim is about a device. */
export const isAbout = ({ devices }: Claim, name: DeviceName): boolean =>
  devices === 'all' || name === 'reference' || (devices === 'ieee' && (name === 'cpu' || name === 'webasm'));

/**
 * The beginning of a program that reproduces a counterexample: a comment with the command that
 * checks the claim again, and the choice of the device.
 */
export const again = (name: string, { device, seed, runs, subject, all }: Context): string =>
  [
    `// npm run verify -- --claim ${name} --device ${device} --seed ${seed} --runs ${runs}${all ? ' --all' : ''}`,
    ...(subject === signDrop ? [] : ['// What was put to the test is another rule: put it in the place of signDrop.']),
    `import { setDevice } from 'cotangent';`,
    `await setDevice('${device}');`,
  ].join('\n');

/** Thrown by a check that is aborted before its verdict. */
export class Interrupted extends Error {}

/**
 * Yields to the event loop, so that signals and displays can act. Throws if the check has been
 * aborted.
 */
export async function checkSignal({ signal }: Pick<Context, 'signal'>): Promise<void> {
  await breathe();
  if (signal?.aborted) throw new Interrupted('verify: interrupted');
}
