import cliProgress, { type Options } from 'cli-progress';

/** Reports progress: a description, and the fraction that is done. */
export type Progress = (what: string, share: number) => void;

/**
 * Returns the text for the time that is left, or '' while there is no estimate: the bar then passes
 * a word in the place of seconds.
 */
export const timeLeft: Options['formatTime'] = (seconds, options, step) =>
  typeof seconds === 'number' && seconds > 0
    ? ` | ${cliProgress.Format.TimeFormat(seconds, options, step).trim()} left`
    : '';

/**
 * Starts a bar on a terminal, otherwise a line every few seconds; `first` is its first description.
 * It goes to stderr, because stdout is for results.
 */
export function progressBar(first: string): { readonly update: Progress; readonly stop: () => void } {
  const bar = new cliProgress.SingleBar({
    format: '{bar} {percentage} %{eta_formatted} | {what}',
    formatTime: timeLeft,
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
