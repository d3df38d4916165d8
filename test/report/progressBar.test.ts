import { afterEach, expect, test, vi } from 'vitest';
import { progressBar } from '../../examples/report/progressBar.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test('a progress bar tells how much time is left as soon as it has an estimate, and not before', () => {
  vi.useFakeTimers();
  let told = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    told += String(text);
    return true;
  });
  const { update, stop } = progressBar('a run');
  try {
    vi.advanceTimersByTime(5100);
    expect(told).toContain('0 % | a run');
    expect(told).not.toContain('left');
    // Half in 5.1 seconds: as many are left, in whole ones.
    update('half', 0.5);
    vi.advanceTimersByTime(5100);
    expect(told).toMatch(/50 % \| 6s left \| half/);
  } finally {
    stop();
  }
});
