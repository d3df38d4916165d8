import { coldStart } from './cold.ts';
import type { Half } from './half.ts';
import { limits } from './limits.ts';
import { measure, type Task } from './measure.ts';
import { needPeers } from './needed.ts';
import { start } from './process.ts';
import { workloads } from './workloads.ts';

const cold = 'COLD';

/** A process of Node for each library and workload. */
export const node: Half = {
  command: 'bench',
  name: 'node',
  summary:
    'Speed beside jax-js, TensorFlow.js, js-pytorch, and PyTorch where it is installed, in Node, one process for each library and workload.',
  groups: [...new Set(workloads.map(({ group }) => group)), cold],
  async measure({ only, seconds }, progress) {
    needPeers();
    progress('limits of this machine', 0);
    const found = await limits();
    const tasks = workloads.flatMap((workload, at): Task[] =>
      only.includes(workload.group) ? [{ workload, api: 'wasm', list: 'workloads', at }] : [],
    );
    const measured = await measure(tasks, seconds, start, progress);
    return { limits: found, workloads: measured, ...(only.includes(cold) && { cold: await coldStart(progress) }) };
  },
};
