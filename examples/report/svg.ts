import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

const { document } = parseHTML('<!doctype html><html><body></body></html>');

/** Returns a plot as SVG text, with a label for screen readers. */
export function svg(label: string, options: Plot.PlotOptions): string {
  const plot = Plot.plot({
    document: document as unknown as Document,
    width: 1080,
    marginTop: 42,
    marginBottom: 42,
    style: { fontSize: '11px' },
    ariaLabel: label,
    ...options,
  });
  return (plot as unknown as Element).outerHTML;
}
