import { device, devices as answering, setDevice, type DeviceName } from '../device/devices.ts';
import { signDrop } from '../multiloss/signDrop.ts';
import { checkFlag, checkFunction, checkList } from '../graph/checks.ts';
import { checkOptions } from '../graph/options.ts';
import { showAny } from '../graph/shape.ts';
import { checkSignal, Interrupted, isAbout, type Claim, type Context, type Subject, type Verdict } from './claim.ts';
import { checkClaim, checkRuns, checkSignalled } from './checks.ts';
import { claims as library } from './claims/claims.ts';

export interface VerifyOptions {
  /** The claims to check; all by default. */
  readonly claims?: readonly Claim[];
  /** The devices to check them on; the current one by default. */
  readonly devices?: readonly DeviceName[];
  /** The number of cases for each claim. */
  readonly runs?: number;
  /** The seed of everything that is generated and drawn. */
  readonly seed?: number;
  /**
   * The implementation under test, which replaces the library's rule: another one, or a broken one.
   */
  readonly subject?: Subject;
  /** If true, claims that usually check a slice of their cases check all of them. */
  readonly all?: boolean;
  /** Ends the run early. What was found until then is reported. */
  readonly signal?: AbortSignal;
  /** Called before and after each check. */
  readonly onProgress?: (event: VerifyProgress) => void;
}

/** The progress of a claim on a device: begun, or finished with a result. */
export interface VerifyProgress {
  readonly claim: Claim;
  readonly device: DeviceName;
  readonly done: number;
  readonly total: number;
  readonly result?: VerifyResult;
}

/** The result of one claim on one device. */
export interface VerifyResult extends Omit<Verdict, 'outcome'> {
  readonly claim: string;
  readonly device: DeviceName;
  readonly expected: Claim['expected'];
  /**
   * 'error' is no finding: the device or the claim failed before a verdict, or a generator yielded
   * NaN.
   */
  readonly outcome: Verdict['outcome'] | 'error';
  readonly asExpected: boolean;
  readonly error?: string;
  readonly milliseconds: number;
}

/** The results of `verify`, one for each claim and device. */
export interface VerifyReport {
  readonly seed: number;
  readonly runs: number;
  /** True if claims that usually check a slice of their cases checked all of them. */
  readonly all: boolean;
  readonly results: readonly VerifyResult[];
  /** True if the run ended before all claims were checked. */
  readonly interrupted: boolean;
  /** True if every claim that should hold holds, and every one that should fail fails. */
  readonly asExpected: boolean;
}

const optionNames = ['claims', 'devices', 'runs', 'seed', 'subject', 'all', 'signal', 'onProgress'] as const;

async function checkDevices(names: readonly DeviceName[]): Promise<void> {
  const here = await answering();
  const absent = checkList('verify', 'devices', names).findIndex((name) => !here.includes(name));
  if (absent >= 0)
    throw new Error(
      `verify: the device ${typeof names[absent] === 'string' ? names[absent] : showAny(names[absent])} does not answer here, only ${here.join(', ')} do`,
    );
}

async function checkOne(claim: Claim, context: Context): Promise<VerifyResult> {
  const began = performance.now();
  const common = { claim: claim.name, device: context.device, expected: claim.expected };
  try {
    const verdict = await claim.check(context);
    const asExpected = verdict.outcome === claim.expected;
    return { ...common, ...verdict, asExpected, milliseconds: performance.now() - began };
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    const text = error instanceof Error ? error.message : String(error);
    const milliseconds = performance.now() - began;
    return { ...common, outcome: 'error', asExpected: false, cases: 0, error: text, milliseconds };
  }
}

/**
 * Checks claims on devices, one after another. It reports for each that it holds for n cases, or
 * the smallest counterexample. Afterwards the current device is the same as before.
 */
export async function verify(options: VerifyOptions = {}): Promise<VerifyReport> {
  const {
    claims = library,
    devices = [device()],
    runs = 1000,
    seed = 1,
    subject = signDrop,
    all = false,
    signal,
    onProgress,
  } = checkOptions('verify', options, optionNames);
  checkRuns('verify', runs, seed);
  for (const claim of checkList('verify', 'claims', claims)) {
    checkClaim('verify', claim);
    if (typeof claim.check !== 'function')
      throw new Error(`verify: the claim ${claim.name} must have a function check`);
  }
  checkFunction('verify', subject);
  checkFlag('verify', 'all', all);
  checkSignalled('verify', signal);
  if (onProgress !== undefined) checkFunction('verify', onProgress);
  await checkDevices(devices);
  const before = device();
  const pairs = devices.flatMap((name) =>
    claims.filter((c) => isAbout(c, name)).map((claim): [Claim, DeviceName] => [claim, name]),
  );
  const results: VerifyResult[] = [];
  let interrupted = false;
  try {
    for (const [claim, name] of pairs) {
      const at = { claim, device: name, total: pairs.length };
      if (device() !== name) await setDevice(name);
      onProgress?.({ ...at, done: results.length });
      await checkSignal({ signal });
      const result = await checkOne(claim, { device: name, seed, runs, subject, all, signal });
      results.push(result);
      onProgress?.({ ...at, done: results.length, result });
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    interrupted = true;
  } finally {
    await setDevice(before);
  }
  return { seed, runs, all, results, interrupted, asExpected: results.every((r) => r.asExpected) };
}
