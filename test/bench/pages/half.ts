import type { Api } from '../entrant.ts';
import type { Half } from '../half.ts';
import { measure, type Task } from '../measure.ts';
import type { Graphics } from '../results.ts';
import { needChromium, needPeers } from '../needed.ts';
import { serve } from './serve.ts';
import { graphics, open } from './tab.ts';
import { workloads, type Workload } from '../workloads.ts';

const apis = ['webgl2', 'webgpu'] as const;
const chosen = ['W1', 'W2', 'W3', 'W4 matmul 256', 'W5', 'W8 40 heads, sum', 'W8 40 heads, GradDrop'];
const inPages = ({ group, name }: Workload): boolean => chosen.includes(group) || chosen.includes(`${group} ${name}`);

/**
 * llvmpipe, which stands in for a GPU, ends a loop after 65 535 rounds; jax-js adds that many
 * numbers in one.
 */
const cutsLoops = (kind: Workload['kind'], api: Api, { webgl }: Graphics): boolean =>
  api === 'webgl2' && webgl.includes('llvmpipe') && ['convolution', 'heads', 'tanhSum'].includes(kind);

/** The same workload with those that a page can load; the baseline is left to the other half. */
export function inPage({ baseline: _, ...workload }: Workload, api: Api, graphics: Graphics): Workload {
  const missing = { 'js-pytorch': 'its GPU device needs a package for Node' };
  if (!cutsLoops(workload.kind, api, graphics))
    return { ...workload, libraries: ['cotangent', 'jax-js', 'tfjs'], missing };
  const reason = 'llvmpipe ends its loops after 65 535 rounds, so its results are wrong here';
  return { ...workload, libraries: ['cotangent', 'tfjs'], missing: { ...missing, 'jax-js': reason } };
}

/** A browser for each library, workload and interface. */
export const pages: Half = {
  command: 'bench:browser',
  name: 'browser',
  summary:
    'Speed beside jax-js and TensorFlow.js in Chromium, by WebGL 2 and by WebGPU, one browser for each library and workload.',
  groups: [...new Set(workloads.filter(inPages).map(({ group }) => group))],
  async measure({ only, seconds }, progress) {
    needPeers();
    needChromium();
    const served = await serve();
    try {
      const found = await graphics(served.url);
      const tasks = apis.flatMap((api) =>
        workloads.flatMap((workload, at): Task[] =>
          inPages(workload) && only.includes(workload.group)
            ? [{ workload: inPage(workload, api, found), api, list: 'workloads', at }]
            : [],
        ),
      );
      const measured = await measure(tasks, seconds, (entrant, place) => open(served.url, entrant, place), progress);
      return { graphics: found, workloads: measured };
    } finally {
      await served.close();
    }
  },
};
