import { growth } from '../growth.ts';
import { rounds } from '../measure.ts';
import type { Results } from '../results.ts';
import { isNative } from '../workloads.ts';
import { digits } from './rows.ts';

/** What the numbers mean, and where they come from. */
export function legend({ machine: m, seconds, versions, graphics, workloads, curves }: Results): string[] {
  const grown = growth(workloads);
  const native = workloads.flatMap(({ measured }) => measured).find(({ name }) => isNative(name));
  return [
    ...(workloads.length > 0
      ? [
          `Milliseconds a call: median wall / least wall / CPU of all threads, over ${seconds} s for each in ${rounds} interleaved rounds. Then how many ` +
            'times our time the fastest of the others takes, round by round (median and quartiles), the same for CPU time, and for the least times; above 1 we are faster.',
        ]
      : []),
    ...(curves
      ? [`Curves: the least time of a call in ${seconds} s, and the first call in brackets, in milliseconds.`]
      : []),
    ...(workloads.some(({ baseline }) => baseline)
      ? [
          'Baselines: of W8 our own step with the plain sum of the gradients; of W10 a copy of half as many bytes as the kernel must read and write, so ' +
            'that both move the same number. Their time over ours is our share of their speed.',
        ]
      : []),
    ...(workloads.some(({ api }) => api === 'wasm')
      ? [
          native
            ? `${native.backend} runs eagerly in a process of Python, with one thread or as many as we use, whichever is faster, and is timed there; several losses go by an axis of lanes, or by a pass each.`
            : 'PyTorch was not measured: no Python with PyTorch was found here (python3-torch of Debian, or pip install torch).',
        ]
      : []),
    ...(grown
      ? [
          `A further head costs ${digits(1000 * grown.few)} µs a step of GradDrop from 40 to 320 heads, ${digits(1000 * grown.many)} µs from 320 to 1280.`,
        ]
      : []),
    `${m.date}, ${m.processor}, ${m.cores} cores, ${m.system}, Node ${m.node}, load ${m.load[0]} before and ${m.load[1]} at the end. ` +
      `${Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', ')}.`,
    ...(graphics ? [`${graphics.browser}; WebGL: ${graphics.webgl}; WebGPU: ${graphics.webgpu}.`] : []),
    ...(m.load[0] > m.cores / 2
      ? [
          'The machine was busy when this began: trust ratios before times, and those of CPU time and of the least times first.',
        ]
      : []),
  ];
}
