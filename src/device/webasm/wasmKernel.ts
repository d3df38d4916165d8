import { checkClass, makeKernel, type Gpu } from '../gpujs.ts';

/**
 * The parts of gpu.js 2.24.1 that make WebAssembly of a kernel. They are private to it: test/facts has a test for each.
 */

/** A node of the syntax tree that gpu.js reads a kernel into. */
export interface Ast {
  readonly type: string;
  readonly name?: string;
  readonly kind?: string;
  readonly value?: unknown;
  readonly operator?: string;
  readonly computed?: boolean;
  readonly object?: Ast;
  readonly property?: Ast;
  readonly callee?: Ast;
  readonly argument?: Ast;
  readonly arguments?: readonly Ast[];
  readonly test?: Ast;
  readonly init?: Ast;
  readonly consequent?: Ast;
  readonly expression?: Ast;
  readonly alternate?: Ast;
  readonly left?: Ast;
  readonly right?: Ast;
  readonly body?: Ast & readonly Ast[];
  readonly declarations?: readonly { readonly id: Ast; readonly init: Ast }[];
}

type NoOperand =
  | 'i32Add'
  | 'i32Sub'
  | 'i32Mul'
  | 'i32DivS'
  | 'i32Shl'
  | 'i32GeS'
  | 'i32LtS'
  | 'else_'
  | 'v128AnyTrue'
  | 'select'
  | 'i32ShrS'
  | 'i32ShrU'
  | 'i32ReinterpretF32'
  | 'f32ConvertI32S'
  | 'f32Mul'
  | 'f32ReinterpretI32';
type NoOperandVector =
  | 'i32x4Splat'
  | 'i32x4Add'
  | 'i32x4Sub'
  | 'i32x4Shl'
  | 'i32x4ShrS'
  | 'i32x4ShrU'
  | 'f32x4ConvertI32x4S'
  | 'f32x4Mul'
  | 'v128And'
  | 'v128Andnot'
  | 'i32x4MaxS'
  | 'i32x4MinS'
  | 'f32x4Splat';
type OneOperand =
  'localGet' | 'localSet' | 'i32Const' | 'i32x4ExtractLane' | `${'i' | 'f'}32x4ReplaceLane` | 'i32Load' | 'f32Load';

/** Writes WebAssembly instructions, one method each. */
export type WasmEmitter = { readonly [K in NoOperand | NoOperandVector]: () => WasmEmitter } & {
  readonly [K in OneOperand]: (n: number) => WasmEmitter;
} & {
  addLocal(type: 'i32' | 'f32' | 'v128'): number;
  v128ConstI32x4(a: number, b: number, c: number, d: number): WasmEmitter;
  v128Load(offset: number, align: number): WasmEmitter;
  v128Store(offset: number, align: number): WasmEmitter;
};

interface WasmModule {
  memoryImport: { readonly initial: number; readonly maximum: number; readonly shared: boolean };
  addFunction(name: string, type: { params: readonly string[]; results: readonly string[] }): WasmEmitter;
}

export interface WasmAssembler {
  readonly module: WasmModule;
}

/** What writes a kernel's instructions: gpu.js's own, private parts; see webasm/translate.ts. */
export interface WasmNode {
  assembler: WasmAssembler | null;
  readonly em: WasmEmitter;
  readonly depth: number;
  readonly vMaskDepth: number;
  vCur: number;
  vInfo: { readonly varying: ReadonlySet<string>; exprVarying(e: Ast): boolean } | null;
  readonly locals: Map<string, { kind: 'scalar' | 'vscalar'; index: number; wtype: string; gtype: string }>;
  getJsAST(): Ast;
  vAnalyze(tree: Ast): NonNullable<WasmNode['vInfo']>;
  enterBlock(): void;
  enterLoop(): void;
  enterIf(): void;
  exit(): void;
  brTo(level: number): void;
  brIfTo(level: number): void;
  vstatement(s: Ast): void;
  getType(e: Ast): string;
  expression(e: Ast): string;
  vexpr(e: Ast): string;
  coerce(from: string, to: 'i32'): void;
  vCoerce(from: string, to: 'vi32'): void;
  emitCondition(e: Ast): void;
  emitIndex(e: Ast): void;
  vEmitIndex(e: Ast): void;
  emitClampScalarIndex(last: number): void;
  getVariableType(name: Ast): string;
  setScalarLocal(name: string, type: 'i32', as: 'Integer', emit: () => void): void;
  vSetVaryingScalar(name: string, type: 'vi32', as: 'Integer', emit: () => void): void;
  emitFunction(assembler: WasmAssembler): void;
  emitVectorFunction(assembler: WasmAssembler): void;
  exprMember(e: Ast): string;
  vexprMember(e: Ast): string;
  emitFlatLoad(table: string, name: string, index: Ast): string;
  vGather(table: string, name: string, index: Ast): string;
  emitMathCall(name: string, e: Ast): string;
  vMathCall(name: string, e: Ast): string;
  vexprConditional(e: Ast): string;
  vexprMask(e: Ast): void;
  exprBinary(e: Ast): string;
  vexprBinary(e: Ast): string;
  emitByType(e: Ast, type: 'f32'): void;
  vEmitByType(e: Ast, type: 'vf32'): void;
  vStoreOutput(values: readonly number[]): void;
  vRetireOrReturn(): void;
  stmtVariableDeclaration(s: Ast): void;
  vDeclareVarying(d: { readonly id: Ast; readonly init: Ast }, s: Ast): void;
}

/** A WebAssembly kernel that has been analysed, before it becomes a module. */
export interface WasmKernel {
  readonly argumentNames: readonly string[];
  /** How many numbers it returns. */
  readonly componentCount: number;
  readonly functionBuilder: { readonly functionMap: { readonly kernel: WasmNode } };
  _emitRunSimd(module: WasmModule): void;
  _assembleModule(layout: object, cells: number, shared: boolean): { readonly bytes: Uint8Array<ArrayBuffer> };
}

interface UnanalysedKernel extends WasmKernel {
  threadDim: readonly number[];
  setupConstants(): void;
  setupArguments(args: readonly unknown[]): void;
  validateSettings(args: readonly unknown[]): void;
  translateSource(): boolean;
}

/** A kernel for WebAssembly, analysed as gpu.js does it before it makes a module, and handed to `use`; nothing of it stays. */
export function withWasmKernel<T>(
  gpu: Gpu,
  source: string,
  size: readonly [inner: number, rows: number],
  arrays: number,
  numbers: number,
  use: (kernel: WasmKernel) => T,
): T {
  const types = Array.from({ length: arrays }, () => 'Array');
  const shortcut = makeKernel(gpu, 'webasm', source, size, types, numbers);
  const kernel = shortcut.kernel as unknown as UnanalysedKernel;
  try {
    checkClass('webasm', shortcut);
    const examples = [...types.map(() => Float32Array.of(0)), ...Array.from({ length: numbers }, () => 1)];
    kernel.setupConstants();
    kernel.setupArguments(examples);
    kernel.validateSettings(examples);
    kernel.threadDim = [...size, 1];
    if (!kernel.translateSource()) throw new Error('webasm: gpu.js cannot return what the kernel returns');
    return use(kernel);
  } finally {
    gpu.kernels.splice(gpu.kernels.indexOf(kernel), 1);
  }
}
