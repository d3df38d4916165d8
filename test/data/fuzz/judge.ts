import { Key, Tensor } from '../../../src/index.ts';

/**
 * What an error about a file must look like: format, file, byte, expectation, what came; or which
 * columns or arrays there are.
 */
export const complaint =
  /^[a-z0-9]+: (?:.*small.* at byte \d+: expected [\s\S]+, got [\s\S]+|.*small.* has the (?:columns|arrays) [\s\S]*, got [\s\S]+)$/;

const hasProcessorTime = typeof process === 'object' && typeof process.cpuUsage === 'function';

/** Milliseconds of a processor's time, where there is such a clock: other programs do not count. */
export const processorTime = (): number => (hasProcessorTime ? process.cpuUsage().user / 1000 : performance.now());

/**
 * What takes longer, in milliseconds, hangs. A page has the wall's clock alone, on which other
 * programs count.
 */
export const longest = hasProcessorTime ? 1000 : 10_000;

/**
 * What reading gives, or the error's message if it is a complaint. Anything else is a failure of
 * the reader: an exception of JavaScript's own, more than a second, a prototype that is not the
 * usual one, numbers that are not as many as their shape says.
 */
export async function judge<T>(read: (data: Uint8Array) => Promise<T>, data: Uint8Array): Promise<T | string> {
  const before = processorTime();
  const result = await read(data).catch((error: unknown) => {
    if (!(error instanceof Error) || error.constructor !== Error || !complaint.test(error.message)) throw error;
    return error.message;
  });
  const took = processorTime() - before;
  if (took > longest) throw new Error(`fuzz: reading must not hang, took ${took} ms`);
  for (const key in {}) throw new Error(`fuzz: no reader may change Object.prototype, got ${key} in it`);
  if (typeof result !== 'string') checkParts(result, 0);
  return result;
}

function checkParts(x: unknown, depth: number): void {
  if (
    typeof x !== 'object' ||
    x === null ||
    ArrayBuffer.isView(x) ||
    x instanceof Tensor ||
    x instanceof Key ||
    depth > 20
  )
    return;
  const prototype: unknown = Object.getPrototypeOf(x);
  if (Array.isArray(x)) x.forEach((part) => checkParts(part, depth + 1));
  else if (x instanceof Map) x.forEach((part) => checkParts(part, depth + 1));
  else {
    if (prototype !== Object.prototype)
      throw new Error(`fuzz: what is read must be plain, got the prototype ${String(prototype)}`);
    const { data, shape } = x as { data?: unknown; shape?: unknown };
    if (ArrayBuffer.isView(data) && Array.isArray(shape) && Object.hasOwn(x, 'data')) {
      const count = (shape as number[]).reduce((product, d) => product * d, 1);
      if ((data as Uint8Array).length !== count)
        throw new Error(`fuzz: ${(data as Uint8Array).length} numbers must have their shape, got ${shape.join()}`);
    }
    Object.values(x).forEach((part) => checkParts(part, depth + 1));
  }
}
