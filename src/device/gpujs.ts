import type { DeviceName } from './current.ts';

/**
 * gpu.js 2.24.1 with honest types: the only module that knows it. It is imported when a device of its kind is first used.
 */
export type GpuDevice = Exclude<DeviceName, 'reference'>;

/** Numbers that stay on a device, as gpu.js hands them out and takes them back. */
export interface Handle {
  readonly type: string;
  toArray(): Float32Array | Promise<Float32Array>;
  delete(): void;
}

export interface GpuKernel {
  (...args: unknown[]): unknown;
  readonly kernel: {
    readonly constructor: unknown;
    readonly fallbackReason?: string | null;
    readonly kernelString?: string;
    readonly compiledFragmentShader?: string;
    readonly compiledSource?: string;
    readonly _active?: { readonly bytes: Uint8Array };
  };
  destroy(): void;
}

interface KernelSettings {
  readonly output: readonly number[];
  readonly argumentTypes?: readonly string[];
  readonly pipeline?: boolean;
  readonly immutable?: boolean;
  readonly loopMaxIterations?: number;
  readonly precision?: 'single';
  readonly tactic?: 'precision';
}

export interface Gpu {
  readonly kernels: unknown[];
  createKernel(source: string, settings: KernelSettings): GpuKernel;
  destroy(): Promise<void>;
}

interface GpuModule {
  readonly GPU: {
    new (settings: { mode: string }): Gpu;
    isWebGPUAvailable(): Promise<boolean>;
  };
  readonly [kernelClass: string]: unknown;
}

const classes: Record<GpuDevice, string> = {
  webgpu: 'WebGPUKernel',
  webgl2: 'WebGL2Kernel',
  webgl: 'WebGLKernel',
  headlessgl: 'HeadlessGLKernel',
  webasm: 'WebAssemblyKernel',
  cpu: 'CPUKernel',
};

let loading: Promise<GpuModule> | undefined;
let gpujs: GpuModule | undefined;

const inNode = (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node !== undefined;

/** Vulkan drivers that come with browsers and that no loader lists; Dawn can use them where no other answers. */
const drivers = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib64/chromium-browser/vk_swiftshader_icd.json',
  '/usr/lib/chromium-browser/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json',
];

interface NodeProcess {
  readonly env: Record<string, string | undefined>;
  getBuiltinModule(name: 'node:fs'): { existsSync(path: string): boolean };
  getBuiltinModule(name: 'node:os'): { tmpdir(): string };
}

interface Dawn {
  create(flags: string[]): { requestAdapter(): Promise<object | null> };
  readonly globals: object;
}

/** In Node, WebGPU is Dawn, from the optional package `webgpu`; gpu.js looks for it at navigator.gpu. */
async function installDawn(): Promise<void> {
  const scope = globalThis as { navigator?: { gpu?: unknown }; process?: NodeProcess };
  if (!inNode || scope.navigator?.gpu) return;
  const name = 'webgpu';
  let dawn: Dawn;
  try {
    dawn = (await import(/* @vite-ignore */ name)) as Dawn;
  } catch {
    throw new Error("the optional package 'webgpu' is not installed");
  }
  const host = scope.process!;
  const { env } = host;
  // Drivers complain on the terminal where this is missing; any folder will do.
  env.XDG_RUNTIME_DIR ??= host.getBuiltinModule('node:os').tmpdir();
  let gpu = dawn.create([]);
  if (env.VK_ICD_FILENAMES === undefined && env.VK_DRIVER_FILES === undefined && !(await gpu.requestAdapter())) {
    const driver = drivers.find((file) => host.getBuiltinModule('node:fs').existsSync(file));
    if (driver) {
      env.VK_ICD_FILENAMES = driver;
      gpu = dawn.create([]);
    }
  }
  Object.assign(globalThis, dawn.globals);
  if (!scope.navigator)
    Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true, writable: true });
  Object.defineProperty(scope.navigator, 'gpu', { value: gpu, configurable: true });
}

async function load(): Promise<GpuModule> {
  loading ??= import('gpu.js').then((m) => {
    const module = m as unknown as GpuModule & { default?: GpuModule };
    return (gpujs = module.GPU ? module : module.default!);
  });
  return loading;
}

const instances = new Map<GpuDevice, Gpu>();

/** The one GPU object of a device, if it has been started. */
export const openedGpu = (device: GpuDevice): Gpu | undefined => instances.get(device);

/** The one GPU object of a device; an error names what is missing. */
export async function openGpu(device: GpuDevice): Promise<Gpu> {
  const known = instances.get(device);
  if (known) return known;
  if (device === 'webgpu') await installDawn();
  const { GPU } = await load();
  if (device === 'webgpu' && !(await GPU.isWebGPUAvailable()))
    throw new Error(
      inNode ? 'no Vulkan, Metal or Direct3D 12 driver answers' : 'this browser offers no WebGPU adapter',
    );
  const gpu = instances.get(device) ?? new GPU({ mode: device });
  instances.set(device, gpu);
  return gpu;
}

/** What asked for one device must not run on another: gpu.js falls back in silence, we do not. */
export function checkClass(device: GpuDevice, kernel: GpuKernel): void {
  const wanted = gpujs![classes[device]];
  if (kernel.kernel.constructor !== wanted || (kernel.kernel.fallbackReason ?? null) !== null)
    throw new Error(
      `${device}: gpu.js ran another backend instead: ${kernel.kernel.fallbackReason ?? 'no reason given'}`,
    );
}

/** A node of the syntax tree that gpu.js reads a kernel into. */
export interface Ast {
  readonly type: string;
  readonly name?: string;
  readonly kind?: string;
  readonly operator?: string;
  readonly computed?: boolean;
  readonly object?: Ast;
  readonly property?: Ast;
  readonly callee?: Ast;
  readonly arguments?: readonly Ast[];
  readonly left?: Ast;
  readonly right?: Ast;
  readonly body?: Ast & readonly Ast[];
  readonly declarations?: readonly { readonly id: Ast; readonly init: Ast }[];
}

type NoOperand = 'i32Add' | 'i32Sub' | 'i32Mul' | 'i32DivS' | 'i32Shl' | 'i32GeS' | 'i32LtS' | 'select';
type NoOperandVector = 'i32x4Splat' | 'i32x4Add' | 'i32x4Shl' | 'i32x4MaxS' | 'i32x4MinS' | 'f32x4Splat';
type OneOperand =
  'localGet' | 'localSet' | 'i32Const' | 'i32x4ExtractLane' | 'f32x4ReplaceLane' | 'i32Load' | 'f32Load';

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
  readonly locals: Map<string, { kind: 'scalar'; index: number; wtype: 'f32'; gtype: 'Float' }>;
  getJsAST(): Ast;
  vAnalyze(tree: Ast): NonNullable<WasmNode['vInfo']>;
  enterBlock(): void;
  enterLoop(): void;
  exit(): void;
  brTo(level: number): void;
  brIfTo(level: number): void;
  vstatement(s: Ast): void;
  emitIndex(e: Ast): void;
  vEmitIndex(e: Ast): void;
  emitClampScalarIndex(last: number): void;
  getDeclaration(id: Ast): { valueType: string };
  setScalarLocal(name: string, type: 'i32', as: 'Integer', emit: () => void): void;
  vSetVaryingScalar(name: string, type: 'vi32', as: 'Integer', emit: () => void): void;
  emitFunction(assembler: WasmAssembler): void;
  emitVectorFunction(assembler: WasmAssembler): void;
  exprMember(e: Ast): string;
  vexprMember(e: Ast): string;
  emitFlatLoad(table: string, name: string, index: Ast): string;
  vGather(table: string, name: string, index: Ast): string;
  vStoreOutput(values: readonly number[]): void;
  vRetireOrReturn(): void;
  stmtVariableDeclaration(s: Ast): void;
  vDeclareVarying(d: { readonly id: Ast; readonly init: Ast }, s: Ast): void;
}

/** A WebAssembly kernel that has been analysed, before it becomes a module. */
export interface WasmKernel {
  readonly argumentNames: readonly string[];
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

/** A kernel that reads arrays of the types given and numbers, and writes `size` numbers, or rows of them. */
export function makeKernel(
  gpu: Gpu,
  device: GpuDevice,
  source: string,
  size: number | readonly number[],
  arrays: readonly string[],
  numbers: number,
): GpuKernel {
  const onGl = device === 'webgl' || device === 'webgl2' || device === 'headlessgl';
  return gpu.createKernel(source, {
    output: typeof size === 'number' ? [size] : size,
    argumentTypes: [...arrays, ...Array.from({ length: numbers }, () => 'Float')],
    loopMaxIterations: 1_000_000_000,
    immutable: true,
    pipeline: onGl || device === 'webgpu',
    ...(onGl && { precision: 'single', tactic: 'precision' }),
  });
}
