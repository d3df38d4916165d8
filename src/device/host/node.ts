/**
 * The functions by which devices use Node: they load optional packages and find drivers. The build
 * for pages replaces this file by page.ts (vite.config.ts), because a page can import none of it.
 */

/**
 * Imports an optional package. Throws an error that says that the package is not installed, or why
 * it does not load.
 */
async function optional(name: string): Promise<unknown> {
  try {
    return await import(/* @vite-ignore */ name);
  } catch (cause) {
    const { code, message } = cause instanceof Error ? (cause as NodeJS.ErrnoException) : { message: String(cause) };
    throw new Error(
      code === 'ERR_MODULE_NOT_FOUND' && message.includes(`'${name}'`)
        ? `the optional package '${name}' is not installed: npm install ${name}`
        : `the optional package '${name}' does not load: ${message.split('\n')[0]!}`,
      { cause },
    );
  }
}

/**
 * Vulkan drivers that come with browsers. Vulkan does not find them itself; Dawn can use them if
 * there is no other driver.
 */
const drivers = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib64/chromium-browser/vk_swiftshader_icd.json',
  '/usr/lib/chromium-browser/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json',
];

interface Dawn {
  create(flags: string[]): { requestAdapter(): Promise<object | null> };
  readonly globals: object;
}

/**
 * Installs Dawn, an implementation of WebGPU for Node, from the optional package `webgpu`. gpu.js
 * looks for it at navigator.gpu.
 */
export async function installDawn(): Promise<void> {
  const scope = globalThis as { navigator?: { gpu?: unknown } };
  if (scope.navigator?.gpu) return;
  const dawn = (await optional('webgpu')) as Dawn;
  const { env } = process;
  // Without this variable, drivers print warnings. Any folder will do.
  env.XDG_RUNTIME_DIR ??= process.getBuiltinModule('node:os').tmpdir();
  let gpu = dawn.create([]);
  if (env.VK_ICD_FILENAMES === undefined && env.VK_DRIVER_FILES === undefined && !(await gpu.requestAdapter())) {
    const driver = drivers.find((file) => process.getBuiltinModule('node:fs').existsSync(file));
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

/**
 * Loads the package that gives Node WebGL. gpu.js would load it itself, but is silent if that
 * fails.
 */
export const loadGl = (): Promise<unknown> => optional('gl');

/** The reason why gpu.js may find no adapter for WebGPU. */
export const noAdapter: string = 'no Vulkan, Metal or Direct3D 12 driver answers';

type Wabt = () => Promise<{
  readWasm(bytes: Uint8Array, features: object): { toText(options: object): string; destroy(): void };
}>;

/** Loads the optional package `wabt`, which writes WebAssembly as text. */
export const loadWabt = async (): Promise<Wabt> => ((await optional('wabt')) as { default: Wabt }).default;
