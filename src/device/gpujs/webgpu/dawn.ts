import { inNode } from '../gpujs.ts';

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
export async function installDawn(): Promise<void> {
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
