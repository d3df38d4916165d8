/**
 * A device asks this of Node: optional packages and drivers. The build for pages has page.ts in its
 * place (vite.config.ts), since a page can import none of this.
 */

/** Imports an optional package. An error says that it is not installed, or why it does not load. */
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
 * These Vulkan drivers come with browsers, and no loader lists them; Dawn can use them where no
 * other answers.
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
 * Installs Dawn, which is WebGPU in Node, from the optional package `webgpu`; gpu.js looks for it
 * at navigator.gpu.
 */
export async function installDawn(): Promise<void> {
  const scope = globalThis as { navigator?: { gpu?: unknown } };
  if (scope.navigator?.gpu) return;
  const dawn = (await optional('webgpu')) as Dawn;
  const { env } = process;
  // Drivers complain on the terminal where this is missing; any folder will do.
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

/** Loads what WebGL in Node needs: gpu.js requires it by itself, and says nothing if that fails. */
export const loadGl = (): Promise<unknown> => optional('gl');

/** Says why gpu.js may find no adapter for WebGPU. */
export const noAdapter: string = 'no Vulkan, Metal or Direct3D 12 driver answers';

type Wabt = () => Promise<{
  readWasm(bytes: Uint8Array, features: object): { toText(options: object): string; destroy(): void };
}>;

/** Loads what writes WebAssembly as text, from the optional package `wabt`. */
export const loadWabt = async (): Promise<Wabt> => ((await optional('wabt')) as { default: Wabt }).default;
