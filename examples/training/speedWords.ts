import { baseline } from './methods.ts';
import type { Speed } from './speed.ts';

/** Returns a ratio with its quartiles, such as '0.81 (0.79 to 0.84)'. */
export const ratioText = ({ relative: { median, lower, upper } }: Speed): string =>
  `${median.toFixed(2)} (${lower.toFixed(2)} to ${upper.toFixed(2)})`;

/** Returns sentences on the speeds that differ from the baseline's, and on the cost of reading. */
export function speedWords(speeds: readonly Speed[], readEvery: number): string[] {
  const own = speeds.filter((s) => !s.reading && s.method !== baseline);
  if (own.length === 0) return [];
  const named = (keep: (s: Speed) => boolean): string =>
    own
      .filter(keep)
      .map((s) => `${s.method} ${ratioText(s)}`)
      .join(', ') || 'none';
  const read = speeds.find((s) => s.reading && s.method === 'gradDrop');
  const bare = own.find((s) => s.method === 'gradDrop');
  const isSlower = read && bare && read.relative.upper < bare.relative.lower;
  const slower = isSlower ? bare.relative.median / read.relative.median - 1 : undefined;
  return [
    `Speed relative to the baseline’s step, median and quartiles. Slower: ${named((s) => s.relative.upper < 1)}; faster: ${named((s) => s.relative.lower > 1)}; ` +
      `quartiles around 1, so nothing is said: ${named((s) => s.relative.lower <= 1 && s.relative.upper >= 1)}.`,
    ...(slower === undefined
      ? []
      : [
          `A step in which GradDrop’s node is read takes ${(100 * slower).toFixed(1)} % longer; one step of ${readEvery} is read, in the run of the first seed.`,
        ]),
  ];
}
