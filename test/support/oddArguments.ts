import { inspect, types } from 'node:util';
import { expect, test } from 'vitest';
import { key, tensor, Tensor } from '../../src/index.ts';

export type Loose = (...args: unknown[]) => unknown;

/** A small tensor: one of the odd values, and an argument beside the others. */
export const x = tensor([
  [1, 2],
  [3, 4],
]);

export const cyclicList: unknown[] = [];
cyclicList.push(cyclicList);
export const cyclicObject: Record<string, unknown> = { x };
cyclicObject.self = cyclicObject;
const nested = (wrap: (inner: unknown) => unknown): unknown => {
  let made: unknown = x;
  for (let i = 0; i < 20_000; i++) made = wrap(made);
  return made;
};
export const deepList = nested((inner) => [inner]);
export const deepObject = nested((inner) => ({ a: inner }));
export const detached = Float32Array.of(1, 2, 3);
structuredClone(detached.buffer, { transfer: [detached.buffer] });
const ResizableBuffer = ArrayBuffer as unknown as new (n: number, o: object) => { resize(n: number): void };
const resized = new ResizableBuffer(16, { maxByteLength: 64 });
export const beyondItsEnd = new Float32Array(resized as unknown as ArrayBuffer, 8, 2);
resized.resize(4);
const lostBytes = Uint8Array.of(1, 2, 3);
structuredClone(lostBytes.buffer, { transfer: [lostBytes.buffer] });
const bare = Object.assign(Object.create(null) as object, { a: 1 });
// oxlint-disable-next-line no-sparse-arrays
export const sparse = [1, , 2];
const bomb = {
  get a(): never {
    throw new Error('mine: a getter that throws');
  },
};

/** Arguments, by a description, that few or none of the functions accept. */
export const odd: Record<string, unknown> = {
  NaN: NaN,
  '-0': -0,
  '1e308': 1e308,
  Infinity: Infinity,
  '0.5': 0.5,
  '-1': -1,
  bigint: 10n,
  symbol: Symbol('s'),
  undefined: undefined,
  null: null,
  'empty string': '',
  'long string': 'x'.repeat(10_000),
  true: true,
  function: () => 1,
  generator: function* () {},
  'asynchronous function': async () => 1,
  Date: new Date(0),
  RegExp: /x/,
  Map: new Map(),
  Error: new Error('an argument'),
  Promise: Promise.resolve(1),
  'cyclic list': cyclicList,
  'cyclic object': cyclicObject,
  'list 20 000 deep': deepList,
  'object 20 000 deep': deepObject,
  'detached array': detached,
  'array beyond the end of its buffer': beyondItsEnd,
  'detached bytes': lostBytes,
  'shared bytes': new Uint8Array(new SharedArrayBuffer(8)),
  'shared array': new Float32Array(new SharedArrayBuffer(8)),
  DataView: new DataView(new ArrayBuffer(8)),
  ArrayBuffer: new ArrayBuffer(8),
  BigInt64Array: new BigInt64Array(2),
  'Proxy of a tensor': new Proxy(x, {}),
  'Proxy of a key': new Proxy(key(1), {}),
  'Proxy of a list': new Proxy([1, 2], {}),
  'object without prototype': bare,
  'frozen list': Object.freeze([1, 2]),
  'sparse list': sparse,
  'list of a symbol': [Symbol('a')],
  'list of a bigint': [1n],
  'list of NaN': [NaN],
  'list of sizes too large': [2 ** 20, 2 ** 20, 2 ** 20],
  'list of undefined': [undefined],
  'uneven list': [[1], [2, 3]],
  'empty list': [],
  'empty object': {},
  'getter that throws': bomb,
  'object with __proto__': JSON.parse('{"__proto__": 1, "constructor": 2}') as unknown,
  String: Object('x'),
  tensor: x,
  key: key(1),
  'list of tensors': [x, x],
};

/** A function, its name, and arguments that it accepts. */
export interface Subject {
  readonly name: string;
  readonly f: Loose;
  /** Without them only the forms of `testOddArguments` are tried. */
  readonly valid?: readonly unknown[];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/**
 * Returns copies of a value: in one, `other` takes its place; in the others, `other` takes the
 * place of one of its parts, down to `depth` levels.
 */
function replaced(value: unknown, other: unknown, depth: number): unknown[] {
  const parts =
    depth === 0 ? [] : Array.isArray(value) ? [...value.entries()] : isObject(value) ? Object.entries(value) : [];
  return [
    other,
    ...parts.flatMap(([at, part]) =>
      replaced(part, other, depth - 1).map((put): unknown =>
        Array.isArray(value) ? value.with(at as number, put) : { ...(value as object), [at]: put },
      ),
    ),
  ];
}

/**
 * Returns lists of arguments: those that are valid, with `a` in the place of one or of one of its
 * parts.
 */
const inPlaces = (valid: readonly unknown[], a: unknown): unknown[][] =>
  valid.flatMap((argument, i) => replaced(argument, a, 3).map((put) => valid.map((v, j) => (j === i ? put : v))));

/**
 * Awaits a function's result and uses it: takes three values of an asynchronous iterable, asks a
 * data set for rows, also for rows `a`, and does the same with each entry of an object.
 */
async function use(result: unknown, a: unknown, within = false): Promise<void> {
  const value = (await result) as Partial<AsyncIterable<unknown>> & { readonly rows?: Loose };
  if (typeof value !== 'object' || value === null) return;
  if (Symbol.asyncIterator in value) {
    let taken = 0;
    for await (const _value of value as AsyncIterable<unknown>) if (++taken === 3) break;
  } else if (typeof value.rows === 'function' && 'size' in value) {
    await value.rows(Number(value.size) > 0 ? [0] : []);
    await value.rows(a);
  } else if (!within && isObject(value)) for (const part of Object.values(value)) await use(part, a, true);
}

/**
 * Returns what a value holds, as text. Of a tensor this is the shape, because a tensor computes
 * itself when it is used, which changes nothing that it holds.
 */
function read(value: unknown): string {
  if (types.isProxy(value) || types.isPromise(value)) return '';
  return inspect(value instanceof Tensor ? value.shape : value, { depth: 2 });
}

/**
 * Defines a test for each function: with odd arguments it returns, or throws an `Error` whose text
 * begins with a function's name, and leaves its arguments unchanged. `forms` are lists of arguments
 * made from one odd value. The other calls replace parts of the valid arguments.
 */
export function testOddArguments(subjects: readonly Subject[], forms: readonly ((a: unknown) => unknown[])[]): void {
  for (const { name, f, valid = [] } of subjects)
    test(name, async () => {
      const faults: string[] = [];
      for (const [what, a] of Object.entries(odd)) {
        const before = read(a);
        for (const [i, args] of [...forms.map((form) => form(a)), ...inPlaces(valid, a)].entries())
          try {
            await use(f(...args), a);
          } catch (error) {
            const { constructor, message } = error as Error;
            if (constructor !== Error || !/^[\w.]+: ./.test(message))
              faults.push(`${what} in form ${i}: ${constructor.name}: ${message.slice(0, 80)}`);
          }
        if (read(a) !== before) faults.push(`${what} was changed`);
      }
      expect(faults).toEqual([]);
    });
}
