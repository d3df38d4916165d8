import cliProgress from 'cli-progress';

/** Reports progress: a description, and the fraction that is done. */
export type Progress = (what: string, share: number) => void;

/**
 * A bar on a terminal, otherwise a line every few seconds. It goes to stderr, because stdout is for
 * results.
 */
export function progressBar(first: string): { readonly update: Progress; readonly stop: () => void } {
  const bar = new cliProgress.SingleBar({
    format: '{bar} {percentage} % | {eta_formatted} left | {what}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    stream: process.stderr,
    clearOnComplete: true,
    noTTYOutput: true,
    notTTYSchedule: 5000,
    etaBuffer: 200,
  });
  bar.start(1000, 0, { what: first });
  return {
    update: (what, share) => bar.update(Math.round(1000 * share), { what }),
    stop: () => bar.stop(),
  };
}
