import type { Frame } from './frame.ts';
import { inverseDct } from './inverseDct.ts';
import { turned } from './orientation.ts';
import type { Picture } from './picture.ts';

/**
 * The colour model of the components: luma alone, RGB, luma and two chroma components (ycc), inks
 * (cmyk), or inks whose first three are stored as luma and chroma (ycck).
 */
export type Colours = 'grey' | 'rgb' | 'ycc' | 'cmyk' | 'ycck';

/**
 * Returns the image of a frame's coefficients, in RGB and oriented. `divisors` has the quantisation
 * table of each component. A component with fewer samples than pixels repeats each sample over the
 * pixels it covers.
 */
export function render(frame: Frame, divisors: readonly Uint16Array[], colours: Colours, orientation: number): Picture {
  const { width: across, height: down, components } = frame;
  const { width, height, start, stepX, stepY } = turned(orientation, across, down);
  const data = new Uint8ClampedArray(3 * width * height);
  /** For each component, the samples of one row of units. */
  const strips = components.map(({ v, stride }) => new Uint8ClampedArray(64 * stride * v));
  const columns = components.map(({ h }) =>
    Int32Array.from({ length: across }, (_, x) => Math.floor((x * h) / frame.h)),
  );
  const samples = components.map(() => 0);
  for (let unit = 0; unit < frame.down; unit++) {
    for (const [k, { v, stride, coefficients }] of components.entries())
      for (let block = 0; block < v * stride; block++) {
        const [row, column] = [Math.floor(block / stride), block % stride];
        const at = 64 * (unit * v * stride + block);
        inverseDct(coefficients, at, divisors[k]!, strips[k]!, 64 * row * stride + 8 * column, 8 * stride);
      }
    for (let y = 8 * frame.v * unit; y < Math.min(down, 8 * frame.v * (unit + 1)); y++) {
      const rows = components.map(({ v, stride }) => 8 * stride * Math.floor(((y - 8 * frame.v * unit) * v) / frame.v));
      for (let x = 0; x < across; x++) {
        for (let k = 0; k < samples.length; k++) samples[k] = strips[k]![rows[k]! + columns[k]![x]!]!;
        paint(colours, samples, data, 3 * (start + x * stepX + y * stepY));
      }
    }
  }
  return { data: new Uint8Array(data.buffer), height, width };
}

/**
 * Converts the samples of one pixel to RGB and writes them to `data` from index `at` on. Luma and
 * chroma are those of JFIF (ITU-T T.871, 7). Adobe stores inks inverted: 255 means no ink.
 */
function paint(colours: Colours, samples: readonly number[], data: Uint8ClampedArray, at: number): void {
  let [r, g, b] = colours === 'grey' ? [samples[0]!, samples[0]!, samples[0]!] : (samples as [number, number, number]);
  if (colours === 'ycc' || colours === 'ycck') {
    const [light, blue, red] = [r, g - 128, b - 128];
    r = light + 1.402 * red;
    g = light - (0.114 * 1.772 * blue + 0.299 * 1.402 * red) / 0.587;
    b = light + 1.772 * blue;
  }
  data[at] = r;
  data[at + 1] = g;
  data[at + 2] = b;
  if (colours !== 'cmyk' && colours !== 'ycck') return;
  for (let k = at; k < at + 3; k++) data[k] = ((colours === 'ycck' ? 255 - data[k]! : data[k]!) * samples[3]!) / 255;
}
