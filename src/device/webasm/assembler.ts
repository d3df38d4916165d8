/** WebAssembly in bytes: the few instructions that a contraction needs. */
export type Code = readonly number[];

const unsigned = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...unsigned(n >>> 7)]);
const signed = (n: number): number[] => (n >= -64 && n < 64 ? [n & 127] : [(n & 127) | 128, ...signed(n >> 7)]);

const list = (items: readonly Code[]): number[] => [...unsigned(items.length), ...items.flat()];
const sized = (bytes: Code): number[] => [...unsigned(bytes.length), ...bytes];
const text = (s: string): number[] => sized([...s].map((c) => c.charCodeAt(0)));
const section = (id: number, bytes: Code): number[] => [id, ...sized(bytes)];
const simd = (op: number, ...rest: number[]): number[] => [0xfd, ...unsigned(op), ...rest];

const i32 = 0x7f;
const v128 = 0x7b;

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number): Code => [0x21, ...unsigned(local)];
/** Gives a local a value. */
export const let_ = (local: number, ...value: Code[]): Code => [...value.flat(), ...set(local)];
export const integer = (n: number): Code => [0x41, ...signed(n)];
export const add: Code = [0x6a];
export const sub: Code = [0x6b];
export const mul: Code = [0x6c];
export const step = (local: number, ...by: Code[]): Code => let_(local, get(local), ...by, add);
export const shiftLeft: Code = [0x74];
/** Whether the integer below the top of the stack is less than it. */
export const less: Code = [0x48];
/** The lesser of two integers, both pushed twice. */
const select: Code = [0x1b];
export const least = (a: Code, b: Code): Code => [...a, ...b, ...a, ...b, ...less, ...select];
/** The integer at the address on the stack, `offset` bytes on. */
export const load32 = (offset: number): Code => [0x28, 2, ...unsigned(offset)];
/** Whether the two integers on the stack differ. */
export const differ: Code = [0x47];
export const or: Code = [0x72];
/** One of two bodies: the first if what is on the stack is not 0. */
export const either = (yes: Code, no: Code): Code => [0x04, 0x40, ...yes, 0x05, ...no, 0x0b];
/** Repeats the body while what it leaves on the stack is not 0. */
export const doWhile = (...body: Code[]): Code => [0x03, 0x40, ...body.flat(), 0x0d, 0, 0x0b];
/** Repeats bodies, one after the other, until one of them leaves 0 on the stack. */
export const untilZero = (...bodies: Code[]): Code => [
  0x02,
  0x40,
  ...doWhile(...bodies.map((body, i) => (i < bodies.length - 1 ? [...body, 0x45, 0x0d, 1] : body))),
  0x0b,
];

/** Four numbers at the address on the stack, `offset` bytes on. */
export const load = (offset: number): Code => simd(0x00, 2, ...unsigned(offset));
/** The number there, four times. */
export const loadSplat = (offset: number): Code => simd(0x09, 2, ...unsigned(offset));
/** The number there, and three zeros. */
export const loadFirst: Code = simd(0x5c, 2, 0);
/** The vector on the stack, with the number at the address below it in one of its places. */
export const laneLoad = (lane: number): Code => simd(0x56, 2, 0, lane);
export const store = (offset: number): Code => simd(0x0b, 2, ...unsigned(offset));
export const zero: Code = simd(0x0c, ...Array.from({ length: 16 }, () => 0));
export const addFloats: Code = simd(0xe4);
export const mulFloats: Code = simd(0xe6);
/** a·b + c for a, b, c on the stack, rounded once or twice as the engine likes. */
export const fusedMultiplyAdd: Code = simd(0x105);

const header: Code = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** How a module imports its memory: one that threads share has to be told of with its largest size, in pages. */
const memoryType = (sharedPages: number | undefined): Code =>
  sharedPages === undefined ? [0, 1] : [3, 1, ...unsigned(sharedPages)];

/** A module with one function of integers, `run`, over a memory that it imports as env.memory. */
export function moduleOf(
  sharedPages: number | undefined,
  params: number,
  integers: number,
  vectors: number,
  body: readonly Code[],
): Uint8Array<ArrayBuffer> {
  const type = [0x60, ...list(Array.from({ length: params }, () => [i32])), 0];
  const locals = list([
    [...unsigned(integers), i32],
    [...unsigned(vectors), v128],
  ]);
  return Uint8Array.from([
    ...header,
    ...section(1, list([type])),
    ...section(2, list([[...text('env'), ...text('memory'), 2, ...memoryType(sharedPages)]])),
    ...section(3, list([[0]])),
    ...section(7, list([[...text('run'), 0, 0]])),
    ...section(10, list([sized([...locals, ...body.flat(), 0x0b])])),
  ]);
}
