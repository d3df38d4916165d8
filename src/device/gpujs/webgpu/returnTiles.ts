import { laneCount } from '../print.ts';
import type { GpuKernel } from '../gpujs.ts';

/**
 * The parts of gpu.js's kernel for WebGPU that say what a thread writes. They are private to it:
 * test/facts has a test.
 */
interface Writing {
  translateSource(): void;
  translatedBody: string;
  componentCount: number;
}

/**
 * Lets threads of a kernel on webgpu return several times, each time four neighbours in the next of
 * `lanes` / 4 rows so long. gpu.js translates every return into writing four numbers at the
 * thread's place, and ending the thread.
 */
export function returnTiles({ kernel }: GpuKernel, lanes: number, row: number): void {
  const own = kernel as unknown as Writing;
  const across = row / laneCount;
  const above = `data_index / ${across} * ${(lanes / laneCount - 1) * across}`;
  own.translateSource = () => {
    (Object.getPrototypeOf(own) as Writing).translateSource.call(own);
    const rows = own.translatedBody.split('return;');
    own.translatedBody = rows
      .map((r, i) => r.replaceAll('data_index', `(data_index + ${above} + ${i * across})`))
      .join('');
    own.componentCount = lanes;
  };
}
