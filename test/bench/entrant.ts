import { isBaseline, isNative, type Name, type Workload } from './workloads.ts';

/**
 * On what everything runs: here, or in a page by one of the two graphics interfaces. Our cpu device
 * runs in curves alone.
 */
export type Api = 'wasm' | 'cpu' | 'webgl2' | 'webgpu';

/** What a process is told: which file of `libraries` it loads, and with what. */
export interface Entrant {
  readonly library: string;
  readonly backend: string;
  readonly variant: string;
}

const backends: Readonly<Record<Api, Readonly<Record<string, string>>>> = {
  wasm: { cotangent: 'webasm', 'jax-js': 'wasm', tfjs: 'wasm', 'js-pytorch': 'cpu', copy: 'memory' },
  cpu: { cotangent: 'cpu' },
  webgl2: { cotangent: 'webgl2', 'jax-js': 'webgl', tfjs: 'webgl' },
  webgpu: { cotangent: 'webgpu', 'jax-js': 'webgpu', tfjs: 'webgpu' },
};

/** The plain sum is our library with another rule. */
export function entrant(name: Name, { variant }: Workload, api: Api): Entrant {
  if (isNative(name)) return { library: 'pytorch', backend: 'cpu', variant: name === 'PyTorch' ? variant : 'passes' };
  const library = name === 'plain sum' ? 'cotangent' : name;
  return { library, backend: backends[api][library]!, variant: isBaseline(name) ? 'sum' : variant };
}
