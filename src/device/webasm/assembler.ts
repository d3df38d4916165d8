/**
 * WebAssembly bytes in nested lists, which are joined once. This file has the instructions that
 * kernels need, and makes a module of one function.
 */
export type Wasm = readonly (number | Wasm)[];

function joined(code: Wasm, bytes: number[] = []): number[] {
  for (const part of code)
    if (typeof part === 'number') bytes.push(part);
    else joined(part, bytes);
  return bytes;
}

const unsigned = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...unsigned(n >>> 7)]);
const signed = (n: number): number[] => (n >= -64 && n < 64 ? [n & 127] : [(n & 127) | 128, ...signed(n >> 7)]);

const list = (items: readonly Wasm[]): Wasm => [...unsigned(items.length), ...items];
const sized = (code: Wasm): Wasm => {
  const bytes = joined(code);
  return [...unsigned(bytes.length), bytes];
};
const text = (s: string): Wasm => sized([...s].map((c) => c.charCodeAt(0)));
const section = (id: number, bytes: Wasm): Wasm => [id, ...sized(bytes)];
const simd = (op: number, ...rest: number[]): number[] => [0xfd, ...unsigned(op), ...rest];

/** The types of locals. */
export const i32 = 0x7f;
export const v128 = 0x7b;
const f32 = 0x7d;
export type Type = typeof i32 | typeof v128;

/** Joins instructions in sequence. */
export const seq = (...parts: Wasm[]): Wasm => parts;

export const get = (local: number): Wasm => [0x20, ...unsigned(local)];
export const set = (local: number): Wasm => [0x21, ...unsigned(local)];
/** Sets a local to a value. */
export const let_ = (local: number, ...value: Wasm[]): Wasm => [value, set(local)];
/** Calls an imported function. */
export const callImport = (index: number): Wasm => [0x10, ...unsigned(index)];

// Integers of 32 bits. Addresses and indices are unsigned, so that memory may have 4 GiB.
export const integer = (n: number): Wasm => [0x41, ...signed(n)];
export const add: Wasm = [0x6a];
export const sub: Wasm = [0x6b];
export const mul: Wasm = [0x6c];
export const divide: Wasm = [0x6e];
export const shiftLeft: Wasm = [0x74];
export const shiftRight: Wasm = [0x76];
export const step = (local: number, ...by: Wasm[]): Wasm => let_(local, get(local), ...by, add);
/**
 * Pushes whether the first of two integers on the stack is less than the second; both are signed.
 */
export const less: Wasm = [0x48];
/** Pushes whether the two integers on the stack differ. */
export const differ: Wasm = [0x47];
const select: Wasm = [0x1b];
/** Pushes the smaller of two integers. Each of them is computed twice. */
export const least = (a: Wasm, b: Wasm): Wasm => [a, b, a, b, less, select];
/** Pushes the integer at the address on the stack plus `offset` bytes. */
export const load32 = (offset: number): Wasm => [0x28, 2, ...unsigned(offset)];

/** Pushes a vector: `yes` if the integer on the stack is not 0, else `no`. */
export const choose = (yes: Wasm, no: Wasm): Wasm => [0x04, v128, yes, 0x05, no, 0x0b];
/** Runs a body if the integer on the stack is not 0. */
export const ifSo = (yes: Wasm): Wasm => [0x04, 0x40, yes, 0x0b];
export const isZero: Wasm = [0x45];
/** Repeats the body while it leaves an integer other than 0 on the stack. */
export const doWhile = (...body: Wasm[]): Wasm => [0x03, 0x40, body, 0x0d, 0, 0x0b];
/**
 * Repeats the body while a counter, which grows by `by` after each iteration, is less than `end`.
 * The body runs at least once.
 */
export const upTo = (end: Wasm, counter: number, by: number, ...body: Wasm[]): Wasm =>
  doWhile(...body, step(counter, integer(by)), get(counter), end, less);
/** Repeats bodies in sequence until one of them leaves 0 on the stack. */
export function untilZero(...bodies: Wasm[]): Wasm {
  const last = bodies.length - 1;
  return [0x02, 0x40, doWhile(...bodies.map((body, i) => (i < last ? [body, isZero, 0x0d, 1] : body))), 0x0b];
}

// Vectors of four numbers are read and written at the address on the stack plus `offset` bytes.
export const load = (offset: number): Wasm => simd(0x00, 2, ...unsigned(offset));
/** Pushes a vector that repeats the number at the address. */
export const loadSplat = (offset: number): Wasm => simd(0x09, 2, ...unsigned(offset));
/** Pushes a vector of the number at the address and three zeros. */
export const loadFirst = (offset: number): Wasm => simd(0x5c, 2, ...unsigned(offset));
/**
 * Loads the number at the address, which is on the stack below a vector, into element i of the
 * vector.
 */
export const loadElement = (i: number, offset: number): Wasm => simd(0x56, 2, ...unsigned(offset), i);
export const store = (offset: number): Wasm => simd(0x0b, 2, ...unsigned(offset));

const constant = (bytes: ArrayBuffer): Wasm => simd(0x0c, ...new Uint8Array(bytes));
/** Pushes a constant vector of four integers; `float` pushes one that repeats a number. */
export const integers = (...values: [number, number, number, number]): Wasm => constant(Int32Array.from(values).buffer);
export const float = (value: number): Wasm => constant(new Float32Array(4).fill(value).buffer);
export const zero: Wasm = float(0);

/** Reverses the order of the elements of the vector on the stack. */
export const reverse: Wasm = [...zero, ...simd(0x0d, 12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3)];
/** Makes one vector of the lower halves of two. */
export const lowHalves: Wasm = simd(0x0d, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
/** Moves the upper half of the vector on the stack to the lower half. */
export const upperHalf: Wasm = [...zero, ...simd(0x0d, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)];

/** Instructions on four integers at once. */
export const ints = {
  splat: simd(0x11),
  element: (i: number): Wasm => simd(0x1b, i),
  add: simd(0xae),
  sub: simd(0xb1),
  mul: simd(0xb5),
  min: simd(0xb6),
  max: simd(0xb8),
  shiftLeft: simd(0xab),
  shiftRight: simd(0xac),
  /** Shifts to the right; the new bits on the left are zeros. */
  shiftRightZeros: simd(0xad),
  allTrue: simd(0xa3),
  /** Rounds towards 0 and limits to the range of an integer; NaN becomes 0. */
  fromFloats: simd(0xf8),
  equal: simd(0x37),
  notEqual: simd(0x38),
  less: simd(0x39),
  greater: simd(0x3b),
  lessEqual: simd(0x3d),
  greaterEqual: simd(0x3f),
} as const;

/** Instructions on four numbers at once that kernel code calls, by their names in kernel code. */
export const calls = {
  add: simd(0xe4),
  sub: simd(0xe5),
  mul: simd(0xe6),
  div: simd(0xe7),
  neg: simd(0xe1),
  abs: simd(0xe0),
  sqrt: simd(0xe3),
  floor: simd(0x68),
  ceil: simd(0x67),
  trunc: simd(0x69),
  min: simd(0xe8),
  max: simd(0xe9),
} as const;

/** Instructions on four numbers at once. */
export const floats = {
  ...calls,
  splat: simd(0x13),
  element: (i: number): Wasm => simd(0x1f, i),
  replace: (i: number): Wasm => simd(0x20, i),
  fromInts: simd(0xfa),
  equal: simd(0x41),
  notEqual: simd(0x42),
  less: simd(0x43),
  greater: simd(0x44),
  lessEqual: simd(0x45),
  greaterEqual: simd(0x46),
  /** a·b + c for a, b, c on the stack. The engine decides whether it rounds once or twice. */
  fusedMultiplyAdd: simd(0x105),
} as const;

/**
 * Instructions on two float64 numbers, which are made from the lower two of four integers and
 * turned back into integers.
 */
export const doubles = {
  fromInts: simd(0xff),
  toInts: simd(0xfd),
  constant: (value: number): Wasm => constant(new Float64Array(2).fill(value).buffer),
  div: simd(0xf3),
} as const;

/** Instructions on the bits of a vector. */
export const bits = {
  not: simd(0x4d),
  and: simd(0x4e),
  /** a and not b. */
  andNot: simd(0x4f),
  or: simd(0x50),
  /** For a, b and a mask on the stack: a where the mask is set, else b. */
  select: simd(0x52),
  anyTrue: simd(0x53),
} as const;

/** A function of JavaScript's Math that a module calls. */
export interface Import {
  readonly name: string;
  readonly params: number;
}

const header: Wasm = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const many = <T>(n: number, item: T): T[] => Array.from({ length: n }, () => item);

/**
 * Returns the type of the imported memory. A module must declare the maximum number of pages if the
 * memory is shared.
 */
const memoryType = (sharedPages: number | undefined): Wasm =>
  sharedPages === undefined ? [0, 1] : [3, 1, ...unsigned(sharedPages)];

/** Makes a module with one function of integers, `run`, over the memory that it imports. */
export function moduleOf(
  sharedPages: number | undefined,
  params: number,
  locals: readonly Type[],
  body: readonly Wasm[],
  imports: readonly Import[] = [],
): Uint8Array<ArrayBuffer> {
  const types = [
    [0x60, ...list(many(params, [i32])), 0],
    ...imports.map((f) => [0x60, ...list(many(f.params, [f32])), 1, f32]),
  ];
  const functions = imports.map(({ name }, i) => [...text('Math'), ...text(name), 0, ...unsigned(i + 1)]);
  const module: Wasm = [
    ...header,
    ...section(1, list(types)),
    ...section(2, list([[...text('env'), ...text('memory'), 2, ...memoryType(sharedPages)], ...functions])),
    ...section(3, list([[0]])),
    ...section(7, list([[...text('run'), 0, ...unsigned(imports.length)]])),
    ...section(10, list([sized([list(locals.map((type) => [1, type])), body, 0x0b])])),
  ];
  return Uint8Array.from(joined(module));
}

/** Returns the types of a function's locals: first the integers, then the vectors. */
export const localsOf = (integers: number, vectors: number): Type[] => [
  ...many<Type>(integers, i32),
  ...many<Type>(vectors, v128),
];
