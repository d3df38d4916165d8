// The script of the page's own worker. It has the page's rights, so it gets graphs and numbers as
// data, never a program.
import type * as Cotangent from 'cotangent';
import type * as Inspect from 'cotangent/inspect';
import { engineFiles } from './engineFiles.ts';
import type { MergeRequest, TrustedReport, TrustedRequest } from './trustedRequest.ts';

const send = (report: TrustedReport): void => self.postMessage(report);
const files = engineFiles((name) => send({ kind: 'need', name }));
const load = async <T>(name: string): Promise<T> => (await import(/* @vite-ignore */ await files.addressOf(name))) as T;

/** Merges lanes by the engine's own rule, in float64. */
async function merge({ gradients, shape, inputs, choice, draws }: MergeRequest): Promise<readonly number[]> {
  const { setDevice, signDrop, tensor } = await load<typeof Cotangent>('cotangent');
  await setDevice('reference');
  const purity = shape.map((size, axis) => (choice.axes.includes(axis) ? 1 : size));
  const rule = signDrop({
    draw: tensor(draws).reshape(purity),
    k: choice.k,
    leak: choice.leak,
    marginalize: choice.axes.length === 0 ? 'none' : choice.axes,
    inputSign: choice.inputSign,
    zeroSign: choice.zeroSign,
  });
  const g = tensor(gradients.flat()).reshape([gradients.length, ...shape]);
  const h = inputs === undefined ? undefined : tensor(inputs).reshape(shape);
  return Array.from(await rule(g, h).data());
}

async function kernels(graph: Inspect.GraphData, device: Cotangent.DeviceName): Promise<readonly Inspect.KernelOf[]> {
  const { setDevice } = await load<typeof Cotangent>('cotangent');
  const { kernelsOf } = await load<typeof Inspect>('inspect');
  await setDevice(device);
  return (await kernelsOf(graph)).steps;
}

// A lost GPU answers nothing any more, so that its loss must be heard here.
if ('gpu' in navigator) {
  const request = Reflect.get(GPUAdapter.prototype, 'requestDevice') as GPUAdapter['requestDevice'];
  GPUAdapter.prototype.requestDevice = async function (this: GPUAdapter, ...options) {
    const device = await Reflect.apply(request, this, options);
    void device.lost.then(({ reason, message }) =>
      send({ kind: 'lost', what: 'the WebGPU device', why: message || reason }),
    );
    return device;
  };
}
// A browser without such a canvas has no WebGL here, but merges work.
if ('OffscreenCanvas' in self) {
  const context = Reflect.get(OffscreenCanvas.prototype, 'getContext') as OffscreenCanvas['getContext'];
  OffscreenCanvas.prototype.getContext = function (this: OffscreenCanvas, ...given: never) {
    // The event has this name for WebGL alone.
    this.addEventListener('webglcontextlost', () =>
      send({ kind: 'lost', what: 'the WebGL context', why: 'the browser took it away' }),
    );
    return Reflect.apply(context, this, given) as never;
  } as typeof context;
}

// The current device belongs to the whole worker, so requests are answered one after the other.
let last: Promise<void> = Promise.resolve();
async function answer(request: Exclude<TrustedRequest, { kind: 'files' }>): Promise<void> {
  const { asked } = request;
  try {
    const found =
      request.kind === 'merge' ? await merge(request.request) : await kernels(request.graph, request.device);
    send({ kind: 'answer', asked, answer: found });
  } catch (error) {
    send({ kind: 'refusal', asked, why: (error as Error).message });
  }
}
self.addEventListener('message', ({ data }: MessageEvent<TrustedRequest>) => {
  if (data.kind === 'files') files.add(data.files);
  else last = last.then(() => answer(data));
});
