import { UsageError } from '../../examples/report/usage.ts';
import { chromium } from '../support/chromium.ts';
import type { Api } from './entrant.ts';
import type { Half } from './half.ts';
import { measure, type Task } from './measure.ts';
import { serve } from './serve.ts';
import { graphics, open } from './tab.ts';
import { workloads, type Workload } from './workloads.ts';

const chosen = ['W1', 'W2', 'W3', 'W4 matmul 256', 'W5', 'W8 40 heads, sum', 'W8 40 heads, GradDrop'];

const inPages = ({ group, name }: Workload): boolean => chosen.includes(group) || chosen.includes(`${group} ${name}`);

/** Whether jax-js is right: by WebGL its gradients of a convolution are off by 3 % after three steps. */
const isRight = (kind: Workload['kind'], api: Api): boolean =>
  api !== 'webgl2' || !['convolution', 'heads'].includes(kind);

/** The same workload with those that a page can load, the baseline left to the other half. */
function inPage({ baseline: _, ...workload }: Workload, api: Api): Workload {
  const missing = { 'js-pytorch': 'its GPU device needs a package for Node' };
  return isRight(workload.kind, api)
    ? { ...workload, libraries: ['cotangent', 'jax-js', 'tfjs'], missing }
    : {
        ...workload,
        libraries: ['cotangent', 'tfjs'],
        missing: { ...missing, 'jax-js': 'its gradients of a convolution are wrong by WebGL' },
      };
}

const tasks = (['webgl2', 'webgpu'] as const).flatMap((api) =>
  workloads.flatMap((workload, at): Task[] =>
    inPages(workload) ? [{ workload: inPage(workload, api), api, list: 'workloads', at }] : [],
  ),
);

/** A browser for each library, workload and interface. */
export const pages: Half = {
  command: 'bench:browser',
  name: 'browser',
  summary:
    'Speed beside jax-js and TensorFlow.js in Chromium, by WebGL 2 and by WebGPU, one browser for each library and workload.',
  groups: [...new Set(tasks.map(({ workload }) => workload.group))],
  async measure({ only, seconds }, progress) {
    if (chromium === undefined) throw new UsageError('Chromium must be installed; CHROMIUM names its path');
    const served = await serve();
    try {
      const asked = tasks.filter(({ workload }) => only.includes(workload.group));
      const found = await graphics(served.url);
      const measured = await measure(asked, seconds, (entrant, place) => open(served.url, entrant, place), progress);
      return { graphics: found, workloads: measured };
    } finally {
      await served.close();
    }
  },
};
