import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import type { ColdStart } from './cold.ts';
import type { Curves } from './curves.ts';
import type { Limits } from './limits.ts';
import type { WorkloadResult } from './measure.ts';

/** Where and when it was measured. */
export interface Machine {
  readonly date: string;
  readonly processor: string;
  readonly cores: number;
  readonly system: string;
  readonly node: string;
  /** Programs that wanted to run, a minute's mean, before the start and at the end. */
  readonly load: readonly [number, number];
}

/** Who drew, in a browser: the same for all libraries. */
export interface Graphics {
  readonly browser: string;
  readonly webgl: string;
  readonly webgpu: string;
}

export interface Results {
  readonly machine: Machine;
  /** Package and version. */
  readonly versions: Readonly<Record<string, string>>;
  readonly seconds: number;
  readonly workloads: readonly WorkloadResult[];
  readonly cold?: ColdStart;
  readonly limits?: Limits;
  readonly graphics?: Graphics;
  readonly curves?: Curves;
}

export const load = (): number => Number(loadavg()[0]!.toFixed(2));

export const machine = (before: number): Machine => ({
  date: new Date().toISOString().slice(0, 10),
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  system: `${process.platform} ${process.arch}`,
  node: process.versions.node,
  load: [before, load()],
});

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}
const manifest = (path: string): Manifest =>
  JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as Manifest;

export function versions(): Record<string, string> {
  const { name, version } = manifest('../../package.json');
  return { [name]: version, ...manifest('package.json').dependencies };
}
