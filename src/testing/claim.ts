import type fc from 'fast-check';
import { breathe } from '../device/breathe.ts';
import type { DeviceName } from '../device/devices.ts';
import type { Rule } from '../multiloss/rule.ts';
import { signDrop, type SignDropOptions } from '../multiloss/signDrop.ts';

/** What is put to the test: the library's `signDrop`, or a rule that claims to be it. */
export type Subject = (options: SignDropOptions) => Rule;

/** What a claim is checked with. */
export interface Context {
  readonly device: DeviceName;
  /** Of all that is generated. */
  readonly seed: number;
  /** Cases to generate; a claim that has no random cases takes no notice. */
  readonly runs: number;
  readonly subject: Subject;
  /** Ends the check early; what was found until then stands. */
  readonly signal?: AbortSignal | undefined;
}

/** The smallest case that contradicts a claim. */
export interface Counterexample {
  /** The case, as numbers. */
  readonly numbers: string;
  /** What was found there and what the claim says. */
  readonly found: string;
  /** A program that shows it. */
  readonly snippet: string;
  /** How many smaller cases led to it. */
  readonly shrinks: number;
}

export interface Verdict {
  readonly outcome: 'holds' | 'fails';
  /** How many cases were looked at. */
  readonly cases: number;
  readonly counterexample?: Counterexample;
}

/** A sentence of mathematics, and how to find out whether it is true of the kernels that run. */
export interface Claim {
  readonly name: string;
  /** What it stands under in a table: 'Proposition 1', or a heading of your own. */
  readonly group: string;
  readonly statement: string;
  /** The paper and its number, or where it is derived. */
  readonly source: string;
  /** What counts as equal, and why that much. */
  readonly tolerance: string;
  /** 'fails' where the sentence is known to be false, as printed or as one would expect it. */
  readonly expected: 'holds' | 'fails';
  /**
   * 'reference' for what needs float64, 'ieee' for what needs arithmetic that rounds as IEEE 754
   * says.
   */
  readonly devices: 'all' | 'ieee' | 'reference';
  /** Throws if interrupted before there is a verdict. */
  check(context: Context): Promise<Verdict>;
  /**
   * Draws cases, which fast-check shrinks. A claim about many draws of a key has none, and no
   * contradiction in one case.
   */
  cases?(context: Context): fc.Arbitrary<unknown>;
  /** What contradicts the claim in a case, computed on the current device, or nothing. */
  contradiction?(c: unknown, context: Context): Promise<string | undefined>;
}

/** Whether a claim is one about a device. */
export const isAbout = ({ devices }: Claim, name: DeviceName): boolean =>
  devices === 'all' || name === 'reference' || (devices === 'ieee' && (name === 'cpu' || name === 'webasm'));

/**
 * How a program that shows a counterexample begins: the way to run the claim again, and the device.
 */
export const again = (name: string, { device, seed, runs, subject }: Context): string =>
  [
    `// npm run verify -- --claim ${name} --device ${device} --seed ${seed} --runs ${runs}`,
    ...(subject === signDrop ? [] : ['// What was put to the test is another rule: put it in the place of signDrop.']),
    `import { setDevice } from 'cotangent';`,
    `await setDevice('${device}');`,
  ].join('\n');

/** Thrown by a check that was told to end before its verdict. */
export class Interrupted extends Error {}

/** Lets signals and displays have their turn, then ends the check if it was told to. */
export async function checkSignal({ signal }: Pick<Context, 'signal'>): Promise<void> {
  await breathe();
  if (signal?.aborted) throw new Interrupted('verify: interrupted');
}
